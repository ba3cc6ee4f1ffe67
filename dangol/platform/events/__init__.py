"""What people and the system did, in one table: audit log, timeline, outbox of jobs, source of undo, feed."""
