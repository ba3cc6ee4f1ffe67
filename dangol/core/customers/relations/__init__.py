"""Free relations between people and companies, of kinds that the company names in both languages and both directions.

Tells `relation.added`, `relation.changed`, `relation.trashed`, `relation.restored`, `relation_kinds.changed`.
"""
