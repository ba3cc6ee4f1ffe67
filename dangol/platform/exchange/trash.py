"""What an import finds again in the trash: only what an undo put there, never what people threw away."""

from __future__ import annotations


def put_there_by_undo(alias: str, subject: str) -> str:
    """The SQL condition that a row lies in the trash because an undo put it there."""
    return (
        f"{alias}.deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM event_change c JOIN event e ON e.id = c.event_id"
        f" WHERE c.subject = '{subject}' AND c.subject_id = {alias}.id AND e.undoes IS NOT NULL"
        f" AND (c.after ->> 'deleted_at')::timestamptz = {alias}.deleted_at)"
    )
