"""The command line: its manners, the parts that `dangol start` keeps running, backup and restore.

Slices register their commands in `registry`; what they have in common (--yes, --json, errors) is added here.
"""
