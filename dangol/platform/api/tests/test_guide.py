"""Each example of the guides, run against a running house with a key."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dangol.platform.accounts.services import create_api_key
from dangol.platform.api.tests.test_feed import settled
from dangol.platform.api.tests.web import Web
from tests.cast import Cast

GUIDES = Path(__file__).resolve().parents[4] / "docs"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.M | re.S)


def examples(guide: str) -> list[tuple[str, str]]:
    """Language and text of each that calls a house."""
    return [found for found in BLOCK.findall((GUIDES / guide).read_text()) if "HOUSE" in found[1]]


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """A web process on the test's database."""
    web = Web(tmp_path / "web.log")
    web.start()
    try:
        web.wait()
        yield web.address
    finally:
        web.close()


@pytest.mark.slow
def test_every_example_of_the_guides_works(house: str, cast: Cast) -> None:
    secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="guide")[1]
    env = {"HOUSE": house, "KEY": secret, "PATH": os.environ["PATH"], "HOME": str(Path.home())}
    for guide, least in (("guide/api.md", 10), ("ko/api.md", 5), ("guide/webhooks.md", 2), ("ko/webhooks.md", 2)):
        found = examples(guide)
        assert len(found) >= least, guide
        for language, text in found:
            settled()  # what others still write would keep the feed of an example back
            command = ["bash", "-euo", "pipefail", "-c", text] if language == "bash" else [sys.executable, "-c", text]
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, f"{guide}: {text}\n{done.stdout}\n{done.stderr}"
            assert done.stdout.strip(), text
