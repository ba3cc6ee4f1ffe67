"""Who belongs to a control group, by a stable hash, and the lasting control group that no campaign reaches.

The hash needs no table: the same person and programme give the same answer for ever, in Python and in PostgreSQL.
`GlobalControl` is written by people. Tells `global_control.set`.
"""
