"""The roof: settings, addresses and entry points. Imported by none."""
