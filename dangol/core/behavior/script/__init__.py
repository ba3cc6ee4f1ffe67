"""The first-party script: what a shop's pages load from us instead of somebody else's tracker.

Serves one small file that honours consent, Do Not Track and Global Privacy Control, and shows how to put it in. Writes
nothing; tells nothing.
"""
