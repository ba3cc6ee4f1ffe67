"""Writing: `telling` (an event becomes messages), `sending`, `replaying` (by hand), `forgetting` (the log)."""
