"""Ibis expressions of this slice."""
