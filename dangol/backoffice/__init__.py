"""Offices behind the house: what other systems are told, and what keeps the books."""
