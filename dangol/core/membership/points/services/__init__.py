"""Writes of the ledger: by hand (`recording`), by orders (`settling`), by time (`expiring`)."""
