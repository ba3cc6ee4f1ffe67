"""Recency, frequency, money: three grades from 1 to 5 per customer, and the usual names for their combinations.

The grades stand in `CustomerTier`, since they are made in one pass with the tiers. Tells no event.
"""
