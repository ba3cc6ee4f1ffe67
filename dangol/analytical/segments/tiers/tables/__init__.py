"""Ibis expressions of this slice: who stands where now, and where they stood at the end of each month."""
