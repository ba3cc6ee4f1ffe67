"""What visitors looked at, searched, put into the basket and bought, and what they watched.

Reads the names of Segment's Ecommerce (v2, and the older v1) and Video specs out of events, meets the catalog by code
and the orders by number. Writes touches, and orders where a source is set so; tells nothing of its own.
"""
