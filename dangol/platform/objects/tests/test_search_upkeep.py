from __future__ import annotations

import pytest

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.objects.finding import search, searchable
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.upkeep import fill_search
from dangol.platform.objects.writing import writer_of
from dangol.platform.search.models import SearchEntry, SearchWord
from dangol.platform.search.services import forget_words
from tests.cast import Cast


@pytest.mark.django_db
def test_an_upgrade_that_lost_the_entries_finds_them_again(cast: Cast) -> None:
    owner = cast.actor("owner")
    create_person(actor=owner, values={"name": "Kim", "phone": "010-2345-4127"})
    SearchEntry.objects.all().delete()
    assert not search(owner, "4127", among=searchable(owner)).groups
    fill_search(timestamp=0)
    found = search(owner, "4127", among=searchable(owner))
    assert [one.record.pk for one in found.groups[0].finds] == [Person.objects.for_system("test").get().pk]


@pytest.mark.django_db
def test_the_writer_of_each_object_names_the_fields_that_are_searched() -> None:
    for declared in object_types():
        writer = writer_of(declared.name)
        if writer is None or not declared.search:
            continue
        _title, texts = writer.search(writer.model())
        if isinstance(texts, dict):
            assert set(texts) >= set(declared.search), declared.name
            beside = set(texts) - set(declared.search)  # e-mails of a company, which has no field of its own for them
            assert not beside & {f.name for f in declared.fields}, declared.name
        else:
            assert len(declared.search) == 1, f"{declared.name}: name the field of each text"


@pytest.mark.django_db
def test_words_of_records_that_are_gone_are_forgotten(system: Actor) -> None:
    lasting, gone = "Quartermaine", "Zwingli"
    create_person(actor=system, values={"name": lasting})
    person = create_person(actor=system, values={"name": gone})
    trash_person(actor=system, record_id=person.pk)
    assert forget_words() == 1
    assert list(SearchWord.objects.values_list("word", flat=True)) == [lasting.casefold()]
