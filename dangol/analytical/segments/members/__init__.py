"""Who belongs to a segment, since when, and who did before.

Written by refreshes (nightly, on demand) and by adding people to static lists. Tells `segment.refreshed`, with one row
for each person who entered or left.
"""
