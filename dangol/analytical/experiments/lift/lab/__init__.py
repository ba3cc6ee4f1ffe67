"""Simulated seasons with a known truth: does the interval hold, and which one would not? No database."""
