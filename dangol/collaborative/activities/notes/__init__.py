"""Notes: what a member of staff wants to remember about a record, in plain words.

Seen with the record; pinned ones stand above the story. Tells `note.added`, `note.changed`, `note.trashed`,
`note.restored`.
"""
