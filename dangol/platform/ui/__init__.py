"""The face of the product: frame, parts, formats and marks that every page shares.

Knows no word of the trade. Rooms above register what they show: see `navigation` (sidebar, command menu, finders)
and `viewer` (who is looking). Front-end packages are bundled by `build`.
"""
