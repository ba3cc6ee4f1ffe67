"""Undo, one mechanism for everything: an edit, a bulk edit, an import, a delete, a restore, a new record, an undo.

An event tells what each row was and became. Taking it back sets each field that still stands as the event left it to
what it was before, and leaves alone what somebody changed since; the event that tells it names the one it undoes, so
that it can be undone itself.
"""
