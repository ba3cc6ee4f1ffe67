"""Finding a record by part of a word, phone or number; kept by the write's own transaction."""
