"""Pages of one's own account: password, second step, sessions, API keys."""
