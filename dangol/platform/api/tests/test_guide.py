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
from dangol.platform.api.tests.web import Web
from tests.cast import Cast

GUIDES = Path(__file__).resolve().parents[4] / "docs"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.M | re.S)


@pytest.fixture
def house(transactional_db: None) -> Iterator[str]:
    web = Web()
    try:
        web.start()
        yield web.address
    finally:
        web.kill()


@pytest.mark.slow
def test_every_example_of_the_guides_works(house: str, cast: Cast) -> None:
    secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="guide")[1]
    for guide in ("guide/api.md", "ko/api.md"):
        found = BLOCK.findall((GUIDES / guide).read_text())
        assert len(found) >= 5
        for language, text in found:
            command = ["bash", "-euo", "pipefail", "-c", text] if language == "bash" else [sys.executable, "-c", text]
            env = {"HOUSE": house, "KEY": secret, "PATH": os.environ["PATH"], "HOME": str(Path.home())}
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            assert done.stdout.strip(), text
