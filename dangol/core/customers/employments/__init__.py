"""Employments: for which companies a person works or worked, as what, from when to when.

The person's own company and role are the main one; `employments` says more about it and keeps the others. Tells
`employment.added`, `employment.changed`, `employment.trashed`, `employment.restored`.
"""
