"""Ibis expressions: people by what they bought, in the warehouse."""
