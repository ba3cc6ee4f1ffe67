"""The ways in: sign-in in two steps, sessions, links that work once, and how often each door may be tried.

Tells `user.signed_in`, `user.sign_in_failed`, `user.sessions_ended`, `user.password_changed`, `user.totp_changed`.
"""
