"""Resolving who it was, cutting a wrong link and taking that back, and what is believed of a source."""
