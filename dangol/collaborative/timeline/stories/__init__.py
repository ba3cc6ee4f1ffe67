"""The story of a record: entries of all rooms in one order, sifted by kind, folded by day, page by page.

Writes nothing and tells nothing. Rooms add their entries with `register_story`; the record page asks here.
"""
