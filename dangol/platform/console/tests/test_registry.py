"""Commands that slices add."""

from __future__ import annotations

import pytest

from dangol.platform.console import registry


def test_a_place_can_be_taken_once() -> None:
    def first() -> None:
        """First."""

    def second() -> None:
        """Second."""

    registry.register_command("test-group", "one", first)
    registry.register_command("test-group", "one", first)
    with pytest.raises(ValueError, match="registered twice"):
        registry.register_command("test-group", "one", second)
    assert registry.commands_of("test-group") == {"one": first}
    assert registry.commands_of("nobody") == {}
