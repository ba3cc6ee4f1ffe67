"""Exchange rates with their dates. Written by people and imports; tells `exchange_rate.set`."""
