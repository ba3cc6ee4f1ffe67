"""Which customers belong together: tiers by value, and recency, frequency, money."""
