"""Rules of a company's own: when a field is shown, required or locked, and what a record must fulfil at all.

Each is a formula over the record's fields; forms, imports, bulk edits and the API obey the same ones. Written by
administrators. Tells `rule.created`, `rule.changed`, `rule.removed`.
"""
