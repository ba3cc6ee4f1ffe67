"""What goes wrong with a file, said so that its owner can mend it."""


class LabError(ValueError):
    """A file or an option cannot be used; the text says which and what to do."""
