from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.behavior.stream.rules.learning import names_in, properties_in
from dangol.core.behavior.stream.rules.shapes import Envelope, Fault, cleaned, read, trimmed
from dangol.core.behavior.stream.steps import StreamEvent

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENVELOPE = Envelope(1, "track", RECEIVED)
WHO: dict[str, Any] = {"anonymousId": "a-1"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "properties", "traits", "context",
          "messageId", "timestamp", "originalTimestamp", "sentAt")  # fmt: skip


def event(item: dict[str, Any], **more: Any) -> StreamEvent:
    found = read(item, Envelope(1, more.pop("kind", "track"), RECEIVED, **more))
    assert isinstance(found, StreamEvent), found
    return found


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ([], "no_object"), ("x", "no_object"), ({"type": "hover", **WHO}, "kind"), ({"type": ["track"]}, "kind"),
        ({"event": "x"}, "nobody"), ({"event": "x", "userId": " "}, "nobody"), (WHO, "no_name"),
        ({"event": "  ", **WHO}, "no_name"), ({"event": 3, **WHO}, "name"), ({"event": "x" * 201, **WHO}, "name"),
        ({"event": "x", "userId": "x" * 256}, "identifier"), ({"event": "x", "userId": {"a": 1}}, "identifier"),
        ({"event": "x", "properties": [1], **WHO}, "no_object_in"), ({"type": "alias", "userId": "b"}, "alias"),
        ({"type": "group", **WHO}, "group"), ({"event": "x", "properties": {"a": float("inf")}, **WHO}, "number"),
    ],
)  # fmt: skip
def test_what_is_no_event_says_why(item: Any, reason: str) -> None:
    found = read(item, ENVELOPE)
    assert isinstance(found, Fault)
    assert found.reason == reason


def test_an_event_before_what_is_kept_is_put_aside() -> None:
    found = read({"event": "x", "timestamp": "2019-01-01T00:00:00Z", **WHO},
                 Envelope(1, "track", RECEIVED, oldest=datetime(2024, 1, 1, tzinfo=UTC)))  # fmt: skip
    assert found == Fault("too_old", "2019-01-01")


def test_a_page_says_itself_where_it_is_and_others_by_their_context() -> None:
    page = {"url": "https://s.test/a?b=1", "path": "/a", "title": "A", "referrer": "https://r.test/"}
    viewed = event({"properties": page, "context": {"page": {"path": "/old"}}, **WHO}, kind="page")
    assert (viewed.path, viewed.title, viewed.referrer, viewed.url) == ("/a", "A", "https://r.test/", page["url"])
    tracked = event({"event": "x", "context": {"page": page}, **WHO})
    assert (tracked.path, tracked.title) == ("/a", "A")


def test_of_a_context_only_what_is_known_is_kept_and_the_batch_shares_its_own() -> None:
    found = event({"event": "x", "context": {"locale": "ko", "secret": 1, "ip": "9.9.9.9", "traits": {"a": 1}}, **WHO},
                  context={"library": {"name": "lib"}}, address="10.1.2.0", agent="Firefox")  # fmt: skip
    assert trimmed(found) == {
        "library": {"name": "lib"}, "locale": "ko", "userAgent": "Firefox", "ip": "10.1.2.0"
    }  # fmt: skip
    assert found.traits == {"a": 1}


def test_numbers_may_name_somebody() -> None:
    assert event({"event": "x", "userId": 42}).user_id == "42"


def test_nul_and_half_surrogates_are_taken_out() -> None:
    assert cleaned({"a\x00": ["\ud800b", {"c": "d\x00"}]}) == {"a": ["?b", {"c": "d"}]}


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_is_sent_is_an_event_or_a_fault(item: dict[str, Any]) -> None:
    found = read(cleaned(item), ENVELOPE)
    assert isinstance(found, StreamEvent | Fault)
    if isinstance(found, StreamEvent):
        for kept in found.kept:
            json.loads(kept, parse_constant=lambda name: pytest.fail(name))
        assert found.at <= RECEIVED


def test_names_and_types_are_learned_and_pages_go_by_one_name() -> None:
    first = event({"event": "Added", "properties": {"price": 1, "gone": None, "tags": []}, **WHO})
    second = event({"event": "Added", "properties": {"price": "1", "is_new": True}, **WHO})
    pages = [event({"name": n, **WHO}, kind="page") for n in ("Home", "Cart")]
    names = names_in([first, second, *pages])
    assert {key: seen.count for key, seen in names.items()} == {(1, "track", "Added"): 2, (1, "page", ""): 2}
    types = {name: seen.types for (_key, name), seen in properties_in([first, second]).items()}
    assert types == {"price": {"number", "text"}, "tags": {"list"}, "is_new": {"yes_no"}}
