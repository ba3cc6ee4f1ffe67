"""Ibis expressions: the members of segments, in the warehouse."""
