"""What the demo company says when it refuses."""

from __future__ import annotations


class DemoRefused(Exception):
    """The demo company cannot be loaded here; the message says why, `what_to_do` what would help."""

    def __init__(self, sentence: str, what_to_do: str) -> None:
        super().__init__(sentence)
        self.what_to_do = what_to_do
