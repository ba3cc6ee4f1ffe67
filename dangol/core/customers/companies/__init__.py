"""Firms that buy, and for which people buy. Written by people and imports.

Tells `company.created`, `company.changed`, `company.trashed`, `company.restored`.
"""
