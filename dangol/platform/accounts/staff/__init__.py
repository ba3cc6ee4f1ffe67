"""Members of staff: invited, changed, gone and back; and the teams they work in.

Tells `user.changed`, `user.deactivated`, `user.reactivated`, `invitation.*`, `team.*`.
"""
