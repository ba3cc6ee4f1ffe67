"""REST of every object: records, batches, external ids, the feed of changes, and the manners of every answer.

The roof assembles it (`dangol/config/api.py`); rooms hang their own routers in there.
"""
