"""Our own firm and its staff: workspace, users, teams, roles, sign-in, API keys.

Tells `user.signed_in`, `user.sign_in_failed`, `user.created`, `user.changed`, `workspace.changed`, `api_key.created`.
"""
