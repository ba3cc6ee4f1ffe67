"""The receiver of the guide, run as it stands there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services.sending import send_due
from dangol.backoffice.webhooks.deliveries.services.telling import ping
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.services import create_endpoint, rotate_secret
from dangol.platform.access.actor import Actor
from dangol.platform.db.secrets import encrypt
from tests.cast import Cast

GUIDES = [Path(__file__).resolve().parents[5] / "docs" / language / "webhooks.md" for language in ("guide", "ko")]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def block(language: str) -> str:
    """The first example in a language; the same in each guide."""
    found = [re.search(rf"```{language}\n(.*?)```", guide.read_text(), re.DOTALL) for guide in GUIDES]
    assert found[0]
    assert found[1]
    assert found[0][1] == found[1][1]
    return found[0][1]


@pytest.fixture
def receiver() -> Iterator[Any]:
    """Starts the guide's receiver with a secret; yields a function that returns (address, process)."""
    running: list[subprocess.Popen[str]] = []

    def start(secret: str) -> tuple[str, subprocess.Popen[str]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        env = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
        process = subprocess.Popen([sys.executable, "-c", block("python")], env=env, stdout=subprocess.PIPE, text=True)
        running.append(process)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        return f"http://127.0.0.1:{port}/", process

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_the_guides_receiver_takes_what_we_sign_and_nothing_else(
    cast: Cast, system: Actor, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.1/32")
    admin = cast.actor("admin")
    endpoint, secret = create_endpoint(
        actor=admin, values={"url": "https://example.com/", "owner_id": cast.users["admin"].pk}
    )
    url, process = receiver(secret)
    rows = Endpoint.objects.for_system("test").filter(pk=endpoint.pk)
    rows.update(url=url)
    for _ in range(2):
        ping(actor=admin, endpoint_id=endpoint.pk)
        send_due(actor=system)
        rotate_secret(actor=admin, endpoint_id=endpoint.pk)  # the old one signs beside the new one
    rows.update(old_secret="", secret=encrypt("whsec_" + "QUJD" * 8))
    ping(actor=admin, endpoint_id=endpoint.pk)
    send_due(actor=system)
    assert list(Message.objects.for_system("test").order_by("id").values_list("last_status", flat=True)) == [
        204, 204, 401,
    ]  # fmt: skip
    process.kill()
    assert process.stdout is not None
    assert process.stdout.read() == "webhook.ping None\n" * 2


def test_the_guides_example_has_the_members_that_are_sent() -> None:
    told = json.loads(block("json"))
    assert set(told) == {"type", "timestamp", "data"}
    assert set(told["data"]) == {"id", "at", "event", "kind", "object", "record_id", "changes", "by", "source"}
