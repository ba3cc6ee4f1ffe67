"""API keys: made, listed and ended. Tells `api_key.created` and `api_key.revoked`."""
