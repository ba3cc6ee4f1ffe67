"""Bulk writes: rows chosen by ids or by a whole list, looked at beforehand, written in batches that may be stopped,
killed and gone on with, and undone with one click."""
