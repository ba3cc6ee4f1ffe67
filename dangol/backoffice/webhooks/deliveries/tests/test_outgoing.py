from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

import pytest

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.tests.receiver import receiver

PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:53aa:64c::1", "2001:db8::1",
)  # fmt: skip


def called(url: str) -> outgoing.Answer:
    async def go() -> outgoing.Answer:
        async with outgoing.client() as client:
            return await outgoing.call(client, url, {}, b"{}")

    return asyncio.run(go())


def resolves_to(monkeypatch: pytest.MonkeyPatch, *several: list[str]) -> list[str]:
    """Let names have these addresses, one list a question; returns what was asked."""
    asked, answers = list[str](), list(several)

    async def getaddrinfo(self: Any, host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(0, 0, 0, "", (address, port)) for address in found]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_never_called(address: str) -> None:
    for is_tls in (True, False):
        assert not outgoing.may_call(ipaddress.ip_address(address), is_tls=is_tls)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_ones_are_called_by_https_only(address: str) -> None:
    assert outgoing.may_call(ipaddress.ip_address(address), is_tls=True)
    assert not outgoing.may_call(ipaddress.ip_address(address), is_tls=False)


def test_named_networks_may_be_called_by_http_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "10.1.0.0/16, fd00::/8")
    assert outgoing.may_call(ipaddress.ip_address("10.1.2.3"), is_tls=False)
    assert outgoing.may_call(ipaddress.ip_address("::ffff:10.1.2.3"), is_tls=False)
    assert outgoing.may_call(ipaddress.ip_address("fd00::1"), is_tls=True)
    assert not outgoing.may_call(ipaddress.ip_address("10.2.0.1"), is_tls=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_however_this_machine_is_written_it_is_not_called(host: str) -> None:
    with receiver() as told:
        port = told.url.split(":")[2]
        with pytest.raises((outgoing.NotAllowed, outgoing.NoAnswer)):
            called(f"http://{host}:{port}")
    assert told.came == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(outgoing.NotAllowed):
        called("https://mixed.test/")


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with another address the second time (DNS rebinding) is not asked a second time."""
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.1/32")
    with receiver() as told:
        asked = resolves_to(monkeypatch, ["127.0.0.1"], ["10.9.9.9"])
        answer = called(told.url.replace("127.0.0.1", "rebinding.test"))
    assert answer.status == 204
    assert asked == ["rebinding.test"]
    assert told.came[0][0]["host"].startswith("rebinding.test:")


def test_an_unknown_name_and_a_closed_port_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.1/32")
    with pytest.raises(outgoing.NoAnswer):
        called("http://127.0.0.1:9/")
    with pytest.raises(outgoing.NoAnswer):
        called("https://name.invalid/")
