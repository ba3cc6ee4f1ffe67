"""The audit log: who did what, when and from where, read from the events; searched, taken out, kept as long as set.

Events are written by every service; this room only reads them, and removes old ones by the one way that the database
leaves open. Tells `audit.exported`, `audit.kept_for` and `audit.removed`.
"""
