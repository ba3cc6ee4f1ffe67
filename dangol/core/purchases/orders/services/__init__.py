"""Writes of orders: by hand and by program (`writing`), from files (`importing`)."""
