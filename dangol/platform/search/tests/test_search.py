from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.platform.search.forgiving import proposals
from dangol.platform.search.models import SearchEntry
from dangol.platform.search.queries import (
    BEGINNING,
    EXACT,
    FIRST,
    PART,
    WORD,
    Among,
    Hit,
    find,
    find_each,
    ids_holding,
    matching_ids,
)
from dangol.platform.search.rules import asked, coded, mark, pieces, stored
from dangol.platform.search.services import forget, remember, remember_many

PERSON = {
    "name": "김지우",
    "latin_name": "Kim Jiwoo",
    "email": "jiwoo@narae.test",
    "phone": "+821000004127",
    "customer_number": "C-1007",
}


class Rows:
    """Stands for judged rows of an object, here those of the entries themselves."""

    def __init__(self, *ids: int) -> None:
        self.entries = SearchEntry.objects.filter(record_id__in=ids) if ids else SearchEntry.objects.all()

    def order_by(self) -> Any:
        return self

    def values(self, name: str) -> Any:
        return self.entries.order_by().values("record_id")

    def filter(self, pk__in: list[int]) -> Any:
        among = self.entries.filter(record_id__in=pk__in)
        return [SimpleNamespace(pk=pk) for pk in among.values_list("record_id", flat=True)]


def keep(record_id: int = 7, **texts: str) -> None:
    texts = texts or PERSON
    remember("person", record_id, next(iter(texts.values())), texts)


def listed(text: str, hidden: Collection[str] = ()) -> list[int]:
    return list(matching_ids("person", text, hidden=hidden).values_list("record_id", flat=True))


def found(text: Any, hidden: Collection[str] = (), limit: int = 5) -> list[Hit]:
    what = asked(text) if isinstance(text, str) else text
    return find(what, Among("person", Rows, hidden), limit=limit).hits


def similar(text: str) -> list[int]:
    for meant in proposals(text):
        if hits := found(meant):
            return [hit.id for hit in hits]
    return []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["김", "지우", "김지우", "kim", "JIWOO", "iwo", "iw", "Kim Ji", "김 kim", "jiwoo@narae", "@narae", "@", "narae.te",
     "010-0000-4127", "01000004127", "010 0000 4127", "+82 10-0000-4127", "+82 (0)10 0000 4127", "821000004127",
     "0082 10 0000 4127", "0000-4127", "4127", "０１０－００００－４１２７", "ｋｉｍ", "010", "ㄱㅈㅇ", "ㅈㅇ",
     "c-1007", "1007",
     "010–0000–4127", "김지우 4127 narae"],
)  # fmt: skip
def test_part_of_a_name_address_or_phone_in_any_notation_finds(text: str) -> None:
    keep()
    assert listed(text) == [7]
    assert [hit.id for hit in found(text)] == [7]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "  ", "박", "우지", "kimm", "010-9999-4127", "%", "_", "\x00", "i_w", "김%", "\\", "ㅇㅈ", "김 박", "\ue000"],
)
def test_what_does_not_stand_there_is_not_found(text: str) -> None:
    keep()
    assert listed(text) == []
    assert found(text) == []


@pytest.mark.django_db
def test_a_number_abroad_is_found_with_its_country_and_as_dialled_there() -> None:
    keep(phone="+442079460000")
    for text in ("+44 20 7946 0000", "020 7946 0000", "0044 20 7946 0000", "7946 0000"):
        assert listed(text) == [7], text
    assert listed("020 7946 000") == []


@pytest.mark.django_db
def test_the_values_of_hidden_fields_are_not_searched_while_others_are() -> None:
    keep()
    assert listed("4127", hidden=["phone"]) == []
    assert found("4127", hidden=["phone"]) == []
    assert listed("jiwoo@narae", hidden=["phone"]) == [7]
    assert [hit.id for hit in found("ㄱㅈㅇ", hidden=["phone", "email"])] == [7]
    assert found("ㄱㅈㅇ", hidden=["name"]) == []


@pytest.mark.django_db
def test_texts_that_belong_to_no_field_count_as_hidden_when_any_field_is() -> None:
    remember("person", 7, "Old", ["secret"])
    assert listed("secret") == [7]
    assert listed("secret", hidden=["phone"]) == []


@pytest.mark.django_db
def test_the_latest_text_counts_and_forgetting_ends_it() -> None:
    keep(name="Old")
    remember_many("person", [(7, "New", {"name": "New"}), (8, "Other", {"name": "Other"})])
    assert listed("old") == []
    assert listed("new") == [7]
    forget("person", 7)
    assert listed("new") == []


@pytest.mark.django_db
def test_exact_comes_before_beginning_before_word_before_part() -> None:
    for pk, name in enumerate(["Maria Hann", "Johann", "Hanna", "Hann", "Hann Lee"], 1):
        keep(pk, name=name)
    assert [(hit.id, hit.rank) for hit in found("hann")] == [
        (4, EXACT),
        (5, FIRST),
        (3, BEGINNING),
        (1, WORD),
        (2, PART),
    ]


@pytest.mark.django_db
def test_only_rows_that_were_judged_are_found() -> None:
    for pk in (1, 2, 3):
        keep(pk, name=f"Kim {pk}")
    assert [hit.id for hit in find(asked("kim"), Among("person", lambda: Rows(2))).hits] == [2]


@pytest.mark.django_db
def test_many_objects_are_searched_by_one_statement_and_only_what_was_found_is_fetched(
    django_assert_num_queries: Any,
) -> None:
    keep()
    asked_of: list[str] = []
    among = [Among(name, lambda name=name: asked_of.append(name) or Rows()) for name in ("person", "order", "note")]
    find_each(asked("kim"), among)
    with django_assert_num_queries(2):
        found = find_each(asked("kim"), among)
    assert [[hit.record.pk for hit in hits.hits] for hits in found] == [[7], [], []]


@pytest.mark.django_db
def test_ids_are_told_beforehand_where_few_hold_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids_holding("person", "kim") == []
    for pk in (1, 2):
        keep(pk, name=f"Kim {pk}")
    assert sorted(ids_holding("person", "kim")) == [1, 2]
    monkeypatch.setattr("dangol.platform.search.queries.JUDGED_AT_ONCE", 1)
    assert sorted(ids_holding("person", "kim").values_list("record_id", flat=True)) == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["rank", "all", "own"])
def test_pages_follow_each_other_without_gap_or_repeat(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """For few matches, which are ranked, and for many, which are met on a walk along all or along one's own."""
    monkeypatch.setattr("dangol.platform.search.conditions.Search.is_rare", lambda self: how == "rank")
    monkeypatch.setattr("dangol.platform.search.walking.are_few", lambda rows, most: how == "own")
    monkeypatch.setattr("dangol.platform.search.walking.WALK", 4)
    monkeypatch.setattr("dangol.platform.search.walking.WALK_OWN", 4)
    names = ["Kim A", "Anna Kim", "Kim B", "Kimberley", "Park", "Lee Kim", "Akim", "Joakim", "Kim A", "Choi", "Takim"]
    for pk, name in enumerate(names, 1):
        keep(pk, name=name)
    seen: list[int] = []
    place = None
    for _ in range(20):
        page = find(asked("kim"), Among("person", Rows), limit=2, after=place)
        seen += [hit.id for hit in page.hits]
        place = page.next
        if place is None:
            break
    assert sorted(seen) == [pk for pk, name in enumerate(names, 1) if "kim" in name.lower()]
    assert set(seen[:4]) == {1, 3, 4, 9}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["김자우", "김지유", "깁지우", "rlawldn", "kim jiwwo", "kim jwioo", "jioo kim", "jiwoo@narae.tset",
     "jiwoo@nrae.test", "ㅏㅑㅡ", "ㅓㅑ재ㅐ", "010-0000-4128", "01000004217", "0100000417", "010000041127",
     "김징", "C-10007"],
)  # fmt: skip
def test_slips_of_the_hand_are_forgiven(text: str) -> None:
    keep()
    assert listed(text) == []
    assert similar(text) == [7]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["박서준", "zzzz", "010-9999-8888", "%%", "", "q", "\x00\x01"])
def test_what_is_not_like_it_is_not_proposed(text: str) -> None:
    keep()
    assert similar(text) == []


@pytest.mark.django_db
def test_words_are_kept_once() -> None:
    from dangol.platform.search.models import SearchWord

    keep()
    keep(8)
    remember_many("person", [(9, "Kim", {"name": "Kim Jiwoo"})])
    assert SearchWord.objects.filter(word="kim").count() == 1


words = st.text(
    alphabet=st.characters(min_codepoint=33, max_codepoint=0xD7A3, exclude_categories=["Cs", "Cc"]), min_size=1
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words, st.data())
def test_every_part_of_a_word_is_found_by_its_pieces_and_its_text(word: str, data: st.DataObject) -> None:
    text = stored([("name", word)])
    kept = set(coded("person", pieces(text)))
    for value in text.split("\n"):
        for piece in value[3:].split():
            start = data.draw(st.integers(0, max(0, len(piece) - 2)))
            part = piece[start : start + data.draw(st.integers(2, 6))]
            if len(part) < 2 or not asked(part).words:
                continue
            for one in asked(part).words:
                assert any(way.stands_in(text) for way in one), part
                fits = [way for way in one if way.stands_in(text)]
                for way in fits:
                    needed, are_all = way.needs()
                    codes = set(coded("person", needed))
                    assert codes <= kept if are_all else codes & kept, part


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_regex(r"010[0-9]{8}", fullmatch=True), st.integers(2, 11), st.data())
def test_a_korean_number_is_found_by_each_part_of_it_in_each_notation(number: str, size: int, data: Any) -> None:
    text = stored([("phone", "+82" + number[1:])])
    start = data.draw(st.integers(0, 11 - size))
    part = number[start : start + size]
    for way in (part, "-".join((part[:3], part[3:])) if size > 5 else part, part.translate(_FULL_WIDTH)):
        assert all(any(p.stands_in(text) for p in word) for word in asked(way).words), way
    for whole in (number, f"+82 {number[1:3]} {number[3:7]} {number[7:]}", f"{number[:3]}.{number[3:7]}.{number[7:]}"):
        assert all(any(p.stands_in(text) for p in word) for word in asked(whole).words), whole


_FULL_WIDTH = {ord(str(i)): chr(0xFF10 + i) for i in range(10)}


def test_the_searched_fields_of_an_object_have_marks_of_their_own() -> None:
    from dangol.platform.objects.registry import object_types

    for declared in object_types():
        assert len({mark(name) for name in ("", *declared.search)}) == len(declared.search) + 1, declared.name
