"""Orders, their lines, cancellations and returns. Written by people and order imports.

Tells `order.created`, `order.changed`, `order.trashed`, `order.restored` and, for a file, `orders.imported`.
"""
