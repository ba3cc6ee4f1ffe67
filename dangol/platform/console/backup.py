def backup() -> None:
    """B."""
