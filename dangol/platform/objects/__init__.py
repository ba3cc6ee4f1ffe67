"""One declaration per business object; lists, records, edits, history, search and REST come from it."""
