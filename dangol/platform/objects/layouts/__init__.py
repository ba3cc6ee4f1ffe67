"""How a company arranges the record page and the forms of each object, for everybody or for a role.

A layout orders, groups and hides; it never grants: what somebody may not see or write is gone before it is asked, and
what it does not name comes at the end. `services` writes it and tells `layout.changed`; pages ask `arranged`.
"""
