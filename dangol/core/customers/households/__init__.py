"""Households: people who live and buy together. A person belongs to one at most.

Tells `household.created`, `household.changed`, `household.trashed`, `household.restored`.
"""
