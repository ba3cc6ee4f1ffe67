"""The editor of roles: which objects there are to have rights to, what a role holds, and what each change changed.

Tells `role.created`, `role.changed`, `role.deleted`.
"""
