from __future__ import annotations

import base64
import gzip
import json
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.behavior.door.rules import (
    MOST_BYTES,
    Bucket,
    Refusal,
    Sent,
    consenting,
    key_in,
    key_of_header,
    read,
    unpacked,
)
from dangol.core.behavior.sources.rules import clean_origin, cut_address, is_allowed, new_key


def code_of(function: Any, *arguments: Any) -> tuple[int, str]:
    with pytest.raises(Refusal) as told:
        function(*arguments)
    return told.value.status, told.value.code


def test_a_body_that_swells_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert code_of(unpacked, bomb, "gzip") == (400, "too_large")
    assert unpacked(gzip.compress(b"{}"), " GZIP ") == b"{}"
    assert unpacked(b"{}", "") == b"{}"


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [(b"{}", "gzip", "gzip"), (gzip.compress(b"{}", mtime=0)[:-5], "gzip", "gzip"), (b"{}", "br", "encoding")],
)
def test_what_is_not_packed_as_it_says_is_refused(body: bytes, encoding: str, code: str) -> None:
    assert code_of(unpacked, body, encoding)[1] == code


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("track", b"", "json"), ("track", b"[1]", "json"), ("track", b'{"a": NaN}', "json"), ("track", b"\xff", "json"),
        ("track", b"[" * 100_000, "json"), ("track", b'{"a": ' + b"9" * 5000 + b"}", "json"),
        ("track", json.dumps({"a": "x" * 33_000}).encode(), "event_too_large"), ("batch", b"{}", "batch"),
        ("batch", b'{"batch": {}}', "batch"), ("batch", json.dumps({"batch": [1] * 2501}).encode(), "too_many"),
        ("batch", json.dumps({"batch": [{"a": "가" * 12_000}, {}]}, ensure_ascii=False).encode(), "event_too_large"),
        ("batch", b" " * (MOST_BYTES + 1), "too_large"),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_refused_with_why(kind: str, body: bytes, code: str) -> None:
    assert code_of(read, kind, body) == (400, code)


def test_a_batch_of_small_events_may_be_large() -> None:
    body = json.dumps({"batch": [{"a": "x" * 4000}] * 100}).encode()
    assert read("batch", body).events == 100


@given(st.sampled_from(["track", "batch"]), st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate"]))
def test_no_body_does_more_than_be_refused(kind: str, body: bytes, encoding: str) -> None:
    for packed in (body, gzip.compress(body), zlib.compress(body)):
        with suppress(Refusal):
            assert read(kind, unpacked(packed, encoding)).events >= 0


def test_a_key_stands_in_the_header_in_the_body_or_in_its_first_event() -> None:
    basic = "Basic " + base64.b64encode(b"abc:").decode()
    assert [key_of_header(h) for h in (basic, "bearer x", "Basic !", "Basic gA==", "")] == ["abc", "", "", "", ""]
    assert key_in({"writeKey": "abc"}) == key_in({"batch": [{"writeKey": "abc"}]}) == "abc"
    assert [key_in(d) for d in ({"writeKey": 3}, {"batch": []}, {"batch": [3]}, {"writeKey": "x" * 65})] == [""] * 4
    assert len(new_key()) == 32


def sent(*consents: Any, shared: Any = None) -> Sent:
    batch = [{"event": str(n), **({} if c is None else {"context": {"consent": {"categoryPreferences": c}}})}
             for n, c in enumerate(consents)]  # fmt: skip
    data = {"batch": batch, "sentAt": "x"} | (
        {"context": {"consent": {"categoryPreferences": shared}}} if shared else {}
    )
    return Sent(data, json.dumps(data).encode(), len(batch))


def names(found: Sent | None) -> list[str]:
    return [item["event"] for item in json.loads(found.body)["batch"]] if found else []


def test_events_that_deny_consent_are_left_out() -> None:
    given_ones = sent({"Analytics": True}, {"Analytics": False}, {"Other": False}, None)
    assert names(consenting(given_ones, "Analytics", False)) == ["0", "2", "3"]
    assert names(consenting(given_ones, "Analytics", True)) == ["0"]
    assert consenting(sent({"Analytics": False}), "Analytics", False) is None
    assert names(consenting(sent(None, {"Analytics": True}, shared={"Analytics": False}), "Analytics", False)) == ["1"]
    one = {"event": "x", "context": {"consent": {"categoryPreferences": {"Analytics": False}}}}
    assert consenting(Sent(one, b"{}", 1), "Analytics", False) is None


@given(rate=st.integers(1, 1000), asked=st.lists(st.tuples(st.integers(1, 500), st.floats(0, 3)), max_size=50))
def test_no_more_comes_in_than_the_rate_and_who_waits_as_told_comes_in(
    rate: int, asked: list[tuple[int, float]]
) -> None:
    bucket, now, taken, largest = Bucket(rate, 0.0), 0.0, 0, 0
    for events, pause in asked:
        now += pause
        wait = bucket.take(events, now)
        if wait:
            assert Bucket.take(bucket, events, now + wait) == 0
            now += wait
        taken, largest = taken + events, max(largest, events)
    assert taken <= rate * (Bucket.SECONDS + now) + largest + 1e-6


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Shop.Example/", "https://shop.example"), ("http://localhost:8714", "http://localhost:8714"),
        ("https://shop.example:443", "https://shop.example"), ("https://*.shop.example", "https://*.shop.example"),
        ("https://카페.한국", "https://xn--ob7b27g.xn--3e0b707e"), ("http://[::1]:80", "http://[::1]"),
        *((wrong, "") for wrong in ("shop.example", "https://", "https://a/b", "ftp://a", "https://*", "*", "null",
                                    "https://a@b", "https://a b", "https://a:x", "https://a:99999", "https://a..b")),
    ],
)  # fmt: skip
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    if origin:
        assert clean_origin(text) == origin
    else:
        with pytest.raises(ValueError, match=r".*"):
            clean_origin(text)


def test_only_pages_of_allowed_origins_may_send() -> None:
    allowed = ["https://shop.test", "https://*.club.test"]
    assert all(is_allowed(o, allowed) for o in ("https://shop.test", "https://a.club.test", "https://a.b.club.test"))
    refused = ("http://shop.test", "https://shop.test:8443", "https://evil-club.test", "https://club.test", "null",
               "https://.club.test", "https://shop.test.evil.test", "http://a.club.test")  # fmt: skip
    assert not any(is_allowed(o, allowed) for o in refused)
    assert not is_allowed("https://shop.test", [])


def test_an_address_is_cut_as_far_as_it_tells_the_household() -> None:
    assert cut_address("203.0.113.77") == cut_address("::ffff:203.0.113.77") == "203.0.113.0"
    assert cut_address("2001:db8:1:2:3::4") == "2001:db8:1::"
    assert cut_address("no address") == ""
