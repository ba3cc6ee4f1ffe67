from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.behavior.visitors.rules import (
    LINK,
    SIGN_IN,
    Claim,
    Row,
    hash_of,
    is_signed,
    merged_traits,
    settle,
)
from dangol.core.behavior.visitors.services.arriving import without_token
from dangol.core.behavior.visitors.services.finding import name_of

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def test_pages_seen_before_signing_in_belong_to_whoever_signs_in() -> None:
    rows: list[Row] = []
    found = settle(rows, [Claim(at(0)), Claim(at(5), "u1", 7, SIGN_IN)])
    assert found[0] is found[1]
    assert (rows[0].person, rows[0].how, rows[0].known_at, rows[0].first_at) == (7, SIGN_IN, at(5), at(0))


def test_a_second_person_on_the_device_gets_a_row_and_what_comes_after_it() -> None:
    rows: list[Row] = []
    settle(rows, [Claim(at(0)), Claim(at(5), "u1", 7, SIGN_IN)])
    found = settle(rows, [Claim(at(20), "u2", 8, SIGN_IN), Claim(at(21)), Claim(at(6))])
    assert [row.person for row in found] == [8, 8, 7]
    assert len(rows) == 2


def test_a_name_that_nobody_has_keeps_its_row_until_somebody_is_found() -> None:
    rows: list[Row] = []
    settle(rows, [Claim(at(0), "u1", None, SIGN_IN, {"email": "a@b.test"})])
    assert (rows[0].user_id, rows[0].person, rows[0].traits) == ("u1", None, {"email": "a@b.test"})
    settle(rows, [Claim(at(9), "u1", 7, SIGN_IN)])
    assert (len(rows), rows[0].person, rows[0].known_at) == (1, 7, at(9))


def test_a_link_makes_known_but_never_speaks_against_a_sign_in() -> None:
    rows: list[Row] = []
    settle(rows, [Claim(at(0), "", 7, LINK)])
    assert (rows[0].person, rows[0].how) == (7, LINK)
    known = [Row(1, "u2", 8, SIGN_IN, at(0), at(0), first_at=at(0), last_at=at(0))]
    assert settle(known, [Claim(at(3), "", 7, LINK)])[0].person == 8


def test_somebody_else_signing_in_makes_a_link_doubtful() -> None:
    rows: list[Row] = []
    settle(rows, [Claim(at(0), "", 7, LINK), Claim(at(9), "u2", 8, SIGN_IN)])
    assert [(row.person, row.is_doubtful) for row in rows] == [(7, True), (8, False)]


def test_signing_in_as_the_person_of_the_link_confirms_it() -> None:
    rows: list[Row] = []
    settle(rows, [Claim(at(0), "", 7, LINK), Claim(at(9), "u1", 7, SIGN_IN)])
    assert [(row.person, row.how, row.user_id) for row in rows] == [(7, SIGN_IN, "u1")]


def test_what_was_cut_is_not_joined_again_by_the_same_evidence() -> None:
    rows = [Row(1, "u1", None, first_at=at(0), last_at=at(0))]
    settle(rows, [Claim(at(5), "u1", 7, SIGN_IN)], {("u1", 7)})
    assert (len(rows), rows[0].person) == (1, None)
    rows = [Row(1, "", None, first_at=at(0), last_at=at(0))]
    settle(rows, [Claim(at(5), "", 7, LINK)], {("", 7)})
    assert (len(rows), rows[0].person) == (1, None)
    # Whoever really signs in on that device is somebody new.
    settle(rows, [Claim(at(6), "u2", 8, SIGN_IN)], {("", 7)})
    assert rows[0].person == 8


claims = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(["", "u1", "u2", "u3"])), min_size=1, max_size=12
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(claims, st.randoms(use_true_random=False))
def test_rows_are_as_many_as_people_whatever_order_and_batches(told: list[tuple[int, str]], chance: Random) -> None:
    said = [Claim(at(m), name, int(name[1:]) if name else None, SIGN_IN if name else "") for m, name in told]
    chance.shuffle(said)
    rows: list[Row] = []
    cut = len(said) // 2
    for part in (said[:cut], said[cut:]):
        for claim, row in zip(part, settle(rows, part), strict=True):
            assert not claim.user_id or (row.user_id, row.person) == (claim.user_id, claim.person)
    names = {claim.user_id for claim in said if claim.user_id}
    assert {row.user_id for row in rows if row.user_id} == names
    assert len(rows) == max(1, len(names))
    assert min(r.first_at for r in rows if r.first_at) == min(c.at for c in said)


def test_only_the_right_hash_of_a_name_holds() -> None:
    good = hash_of("u1", "secret")
    assert is_signed("u1", good.upper(), "secret")
    for name, given_, secret in (("u2", good, "secret"), ("u1", good, "other"), ("u1", "", "secret"), ("u1", "é", "s")):
        assert not is_signed(name, given_, secret)


def test_traits_stay_few_and_plain() -> None:
    found = merged_traits({"a": 1}, {"a": 2, "b": {"deep": 1}, "c": "x" * 900, **{f"n{i}": i for i in range(90)}})
    assert (found["a"], "b" in found, len(found["c"]), len(found)) == (2, False, 500, 50)


def test_tokens_leave_addresses_and_nothing_else_does() -> None:
    for address, bare in (
        ("https://a.test/p?dgl=abc", "https://a.test/p"),
        ("https://a.test/p?x=1&dgl=abc&y=2", "https://a.test/p?x=1&y=2"),
        ("https://a.test/p?dgl=abc&y=2#z", "https://a.test/p?y=2#z"),
        ("https://a.test/p?dgl=abc#z", "https://a.test/p#z"),
        ("?dgl=abc", ""),
        ("https://a.test/p?q=dgl", "https://a.test/p?q=dgl"),
    ):
        assert without_token(address) == bare


def test_names_of_traits_are_put_together_as_their_language_does() -> None:
    assert name_of({"firstName": "민지", "lastName": "김"}) == "김민지"
    assert name_of({"firstName": "Ann", "lastName": "Lee"}) == "Ann Lee"
    assert name_of({"name": " Kim Minji ", "firstName": "x"}) == "Kim Minji"
