"""Taking in records of any object by its declaration: read by kind of field, matched, written batch by batch.

Each batch is one transaction with its events, its put-aside rows, its search entries and the note how far the run is:
a process that dies leaves nothing half done, and the next one goes on row for row.
"""
