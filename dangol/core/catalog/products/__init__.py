"""Products and fees that stand on order lines. Written by people and by order imports.

Tells `product.created`, `product.changed`, `product.trashed`, `product.restored`.
"""
