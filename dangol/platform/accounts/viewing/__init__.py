"""Looking through a colleague's eyes: an administrator sees what somebody else sees, and writes nothing.

Kept in the administrator's own session for half an hour at most. Tells `user.view_started` and `user.view_ended`.
"""
