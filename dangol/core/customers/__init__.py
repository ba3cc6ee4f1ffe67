"""Who buys: people and companies."""
