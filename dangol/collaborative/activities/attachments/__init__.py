"""Attachments: files and pictures that belong to a record, kept by their content under the home's `files`.

Seen with the record; a picture can be the record's face. Tells `file.added`, `file.changed`, `file.trashed`,
`file.restored`.
"""
