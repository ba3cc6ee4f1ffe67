"""Writes of the stream: working off, partitions, what is learned, what staff decide."""
