from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.companies.models import DEEPEST, Company
from dangol.core.customers.companies.queries import company_ids_below, tree_of
from dangol.core.customers.companies.services import change_company, create_companies, create_company, trash_company
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def firm(actor: Actor, name: str, parent: Any = None) -> Any:
    return create_company(actor=actor, values={"name": name, **({"parent": parent.pk} if parent else {})})


def test_a_tree_adds_up_its_people(cast: Cast) -> None:
    owner = cast.actor("owner")
    top = firm(owner, "한빛그룹")
    left, right = firm(owner, "한빛전자", top), firm(owner, "한빛식품", top)
    low = firm(owner, "한빛반도체", left)
    for n, company in enumerate((top, left, low, low, right)):
        create_person(actor=owner, values={"name": f"김{n}", "company": company.pk})
    assert company_ids_below(owner, top.pk) == sorted([top.pk, left.pk, right.pk, low.pk])
    assert company_ids_below(owner, left.pk) == sorted([left.pk, low.pk])
    found = tree_of(owner, low)
    assert found is not None
    assert (found.company.pk, found.people, found.all_people) == (top.pk, 1, 5)
    assert {n.company.name: n.all_people for n in found.below} == {"한빛전자": 3, "한빛식품": 1}
    assert found.below[1].below[0].is_here
    client = Client()
    client.force_login(cast.owner)
    assert "한빛반도체" in client.get(f"/companies/{top.pk}").content.decode()


def test_no_company_stands_below_itself(cast: Cast) -> None:
    owner = cast.actor("owner")
    top = firm(owner, "A")
    low = firm(owner, "C", firm(owner, "B", top))
    for parent in (low, top):
        with pytest.raises(ValidationError) as refused:
            change_company(actor=owner, record_id=top.pk, values={"parent": parent.pk})
        assert "parent" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_company SET parent_id = %s WHERE id = %s", [low.pk, top.pk])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_company SET parent_id = CASE id WHEN %s THEN %s::bigint ELSE %s END WHERE id IN (%s, %s)",
            [top.pk, low.pk, top.pk, top.pk, low.pk],
        )


def test_a_tree_has_an_end(cast: Cast) -> None:
    owner = cast.actor("owner")
    last = firm(owner, "0")
    for n in range(1, DEEPEST):
        last = firm(owner, str(n), last)
    deeper = create_companies(actor=owner, values=[{"name": "too deep", "parent": last.pk}])
    loose = firm(owner, "loose")
    with pytest.raises(ValidationError):
        change_company(actor=owner, record_id=loose.pk, values={"parent": last.pk})
    assert isinstance(deeper[0], Exception) or deeper[0].parent_id == last.pk


def test_what_lies_below_an_unseen_company_is_not_counted(cast: Cast) -> None:
    owner, stranger = cast.actor("owner"), cast.actor("stranger")
    top, theirs = firm(owner, "top"), firm(stranger, "between")
    low = firm(owner, "low")
    Company.objects.for_system("test").filter(pk=theirs.pk).update(parent=top.pk)
    Company.objects.for_system("test").filter(pk=low.pk).update(parent=theirs.pk)
    assert company_ids_below(owner, top.pk) == [top.pk]
    assert company_ids_below(cast.actor("admin"), top.pk) == sorted([top.pk, theirs.pk, low.pk])
    assert company_ids_below(stranger, top.pk) == []
    assert tree_of(owner, low) is None
    client = Client()
    client.force_login(cast.owner)
    assert "between" not in client.get(f"/companies/{top.pk}").content.decode()
    trash_company(actor=cast.actor("admin"), record_id=theirs.pk)
    assert company_ids_below(cast.actor("admin"), top.pk) == [top.pk]


def test_a_wide_tree_costs_a_few_questions(cast: Cast) -> None:
    owner = cast.actor("owner")
    top = firm(owner, "top")
    create_companies(actor=owner, values=[{"name": f"n{n}", "parent": top.pk} for n in range(60)])
    with CaptureQueriesContext(connection) as asked:
        assert len(company_ids_below(owner, top.pk)) == 61
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        tree_of(owner, top)
    assert len(asked) <= 6
