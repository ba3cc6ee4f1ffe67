"""What leaves the house as a file: lists too large for one answer, and the whole company.

A file is made by a job, with the rights that its asker has while it is made, waits some days on a page of theirs, and
is handed out to nobody else. Tells `export.made`, `export.downloaded`, `export.removed`, `workspace.exported`.
"""
