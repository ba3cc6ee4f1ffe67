"""Each example of the guides, run against a running house with a key."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dangol.platform.accounts.services import create_api_key
from tests.cast import Cast
from tests.work import environment

GUIDES = Path(__file__).resolve().parents[4] / "docs"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```", re.M | re.S)


def examples(guide: str) -> list[tuple[str, str]]:
    """Language and text of each."""
    return BLOCK.findall((GUIDES / guide).read_text())


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """A web process on the test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "dangol.config.asgi:application", "--port", str(port)]
    with (tmp_path / "web.log").open("w") as log:
        web = subprocess.Popen(command, env=environment(), stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, web)
            yield address
        finally:
            web.terminate()
            web.wait(30)


def _wait(address: str, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        try:
            if httpx.get(f"{address}/api/v1/people", timeout=20).status_code == 401:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the house does not answer")


@pytest.mark.slow
@pytest.mark.parametrize("guide", ["guide/api.md", "ko/api.md"])
def test_every_example_of_the_guide_works(house: str, cast: Cast, guide: str) -> None:
    secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="guide")[1]
    found = examples(guide)
    assert len(found) >= 5
    for language, text in found:
        command = ["bash", "-euo", "pipefail", "-c", text] if language == "bash" else [sys.executable, "-c", text]
        env = {"HOUSE": house, "KEY": secret, "PATH": os.environ["PATH"], "HOME": str(Path.home())}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), text
