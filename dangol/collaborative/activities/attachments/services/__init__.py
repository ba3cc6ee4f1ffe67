"""Writing: `store` (contents on disk), `adding` (rows), `drawing` (small pictures), `sweeping` (what is left over)."""
