"""People: the one customer record that everything else hangs on. Written by people, imports and order imports.

Tells `person.created`, `person.changed`, `person.trashed`, `person.restored`.
"""
