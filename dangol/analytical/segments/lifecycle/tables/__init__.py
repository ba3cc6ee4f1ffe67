"""Ibis expressions of this slice: the twin of `rules.standing`, for everybody at once."""
