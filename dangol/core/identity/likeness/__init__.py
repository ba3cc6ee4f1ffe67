"""Likeness: how like two records are, and why, in words. Pure; knows no table."""
