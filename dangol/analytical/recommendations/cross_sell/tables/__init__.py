"""Ibis expressions of this slice: who holds what, which products go together, whom which offers would have reached.

They take a table of purchases (person_id, product_id, day) and nothing else, so that a file without a database will do.
"""
