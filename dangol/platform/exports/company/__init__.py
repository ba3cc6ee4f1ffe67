"""The whole company as one archive: every table as JSON lines or CSV, files, and a manifest that says what is what."""
