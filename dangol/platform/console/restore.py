def restore() -> None:
    """R."""
def finish_interrupted(home):
    """F."""
