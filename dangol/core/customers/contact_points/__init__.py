"""Addresses under which people and firms are reached: how they are read, kept and shown. Writes nothing."""
