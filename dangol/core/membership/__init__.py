"""What loyal customers get: grades with their benefits, and points in a ledger."""
