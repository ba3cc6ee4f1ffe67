from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.employments.models import Employment
from dangol.core.customers.employments.queries import jobs_of, staff_of
from dangol.core.customers.employments.services import add_job, change_job, make_main, trash_job
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def again(person: Any) -> Any:
    return Person.objects.for_system("test").get(pk=person.pk)


def firms(cast: Cast, *names: str) -> list[Any]:
    return [create_company(actor=cast.actor("owner"), values={"name": name}) for name in names]


def test_the_first_company_is_the_main_one_and_the_persons_own_follows(cast: Cast) -> None:
    owner, (narae, hanbit) = cast.actor("owner"), firms(cast, "나래", "한빛")
    person = create_person(actor=owner, values={"name": "김지우"})
    add_job(actor=owner, person_id=person.pk, company_id=narae.pk, values={"role": "대리"})
    assert (again(person).company_id, again(person).job_title) == (narae.pk, "대리")
    second = add_job(actor=owner, person_id=person.pk, company_id=hanbit.pk, values={"role": "이사"})
    assert again(person).company_id == narae.pk
    jobs = jobs_of(owner, again(person))
    assert [(j.company.name, j.role, j.is_main) for j in jobs] == [("나래", "대리", True), ("한빛", "이사", False)]
    told = make_main(actor=owner, record_id=second.pk).told_by
    assert (again(person).company_id, again(person).job_title) == (hanbit.pk, "이사")
    assert [j.company.name for j in jobs_of(owner, again(person))] == ["한빛", "나래"]
    undo(owner, told)
    assert (again(person).company_id, again(person).job_title) == (narae.pk, "대리")


def test_when_the_main_one_ends_the_newest_other_one_takes_its_place(cast: Cast) -> None:
    owner, (narae, hanbit, saero) = cast.actor("owner"), firms(cast, "나래", "한빛", "새로")
    person = create_person(actor=owner, values={"name": "김지우", "company": narae.pk, "job_title": "대리"})
    first = add_job(actor=owner, person_id=person.pk, company_id=narae.pk, values={"role": "과장"})
    assert again(person).job_title == "과장"
    for firm, start in ((hanbit, "2020-01-01"), (saero, "2024-01-01")):
        add_job(actor=owner, person_id=person.pk, company_id=firm.pk, values={"role": firm.name, "started_on": start})
    yesterday = timezone.localdate() - timedelta(days=1)
    change_job(actor=owner, record_id=first.pk, values={"ended_on": yesterday})
    assert (again(person).company_id, again(person).job_title) == (saero.pk, "새로")
    assert [(j.company.name, j.is_current) for j in jobs_of(owner, again(person))] == [
        ("새로", True), ("한빛", True), ("나래", False)]  # fmt: skip
    for job in Employment.objects.for_system("test").exclude(pk=first.pk):
        change_job(actor=owner, record_id=job.pk, values={"ended_on": yesterday})
    assert (again(person).company_id, again(person).job_title) == (None, "")


def test_a_company_changed_by_any_door_is_the_main_one(cast: Cast) -> None:
    owner, (narae, hanbit) = cast.actor("owner"), firms(cast, "나래", "한빛")
    person = create_person(actor=owner, values={"name": "김지우"})
    add_job(actor=owner, person_id=person.pk, company_id=narae.pk, values={"role": "대리"})
    change_person(actor=owner, record_id=person.pk, values={"company": hanbit.pk, "job_title": "부장"})
    assert [(j.company.name, j.role, j.is_main) for j in jobs_of(owner, again(person))] == [
        ("한빛", "부장", True), ("나래", "대리", False)]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"started_on": "2024-05-01", "ended_on": "2024-04-30"}, "ended_on"),
        ({"started_on": "soon"}, "started_on"),
        ({"role": "x" * 500}, "role"),
        ({"salary": "1"}, "salary"),
    ],
)
def test_what_cannot_be_is_refused_by_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    owner, (narae,) = cast.actor("owner"), firms(cast, "나래")
    person = create_person(actor=owner, values={"name": "김지우"})
    with pytest.raises(ValidationError) as refused:
        add_job(actor=owner, person_id=person.pk, company_id=narae.pk, values=values)
    assert field in refused.value.message_dict


def test_nobody_learns_of_a_company_or_a_person_through_an_employment(cast: Cast) -> None:
    owner, stranger = cast.actor("owner"), cast.actor("stranger")
    (ours,) = firms(cast, "나래")
    theirs = create_company(actor=stranger, values={"name": "낯선회사"})
    person = create_person(actor=owner, values={"name": "김지우"})
    with pytest.raises(NotFound):
        add_job(actor=owner, person_id=person.pk, company_id=theirs.pk)
    add_job(actor=cast.actor("admin"), person_id=person.pk, company_id=theirs.pk, values={"role": "감사"})
    add_job(actor=owner, person_id=person.pk, company_id=ours.pk)
    assert [j.company.name for j in jobs_of(owner, again(person))] == ["나래"]
    assert staff_of(stranger, theirs) == ([], 0)
    assert len(staff_of(cast.actor("admin"), theirs)[0]) == 1
    client = Client()
    client.force_login(cast.owner)
    for path in (f"/people/{person.pk}", f"/api/v1/people/{person.pk}/employments", f"/people/{person.pk}/history"):
        assert "낯선회사" not in client.get(path).content.decode("unicode_escape", "ignore"), path
        assert "낯선회사" not in client.get(path).content.decode(), path
    client.force_login(cast.stranger)
    assert "김지우" not in client.get(f"/companies/{theirs.pk}").content.decode()
    job = Employment.objects.for_system("test").get(company_id=theirs.pk)
    with pytest.raises(NotFound):
        trash_job(actor=stranger, record_id=job.pk)


def test_pages_and_programs_work(cast: Cast) -> None:
    owner, (narae, hanbit) = cast.actor("owner"), firms(cast, "나래", "한빛")
    person = create_person(actor=owner, values={"name": "김지우", "company": narae.pk})
    client, at = Client(), f"/people/{person.pk}/jobs"
    client.force_login(cast.owner)
    assert client.get(f"{at}/new").status_code == 200
    assert client.post(f"{at}/new", {"role": "이사"}).status_code == 422
    searched = client.post(f"{at}/new", {"_search": "company", "company__q": "한빛", "role": "이사"})
    assert "한빛" in searched.content.decode()
    assert (
        client.post(f"{at}/new", {"company": hanbit.pk, "role": "이사", "started_on": "2024-03-01"}).status_code == 302
    )
    job = Employment.objects.for_system("test").get()
    assert job.started_on == date(2024, 3, 1)
    assert client.post(f"{at}/{job.pk}/main").status_code == 302
    assert again(person).company_id == hanbit.pk
    assert client.get(f"{at}/{job.pk}").status_code == 200
    assert client.post(f"{at}/{job.pk}", {"role": "대표", "started_on": "2024-03-01"}).status_code == 302
    assert again(person).job_title == "대표"
    assert "한빛" in client.get(f"/people/{person.pk}").content.decode()
    assert "김지우" in client.get(f"/companies/{hanbit.pk}").content.decode()
    assert client.get(f"/companies/{hanbit.pk}/jobs/new").status_code == 404
    rest = f"/api/v1/people/{person.pk}/employments"
    rows = client.get(rest).json()
    assert [(r["company"], r["is_main"]) for r in rows] == [("한빛", True), ("나래", False)]
    ended = client.patch(f"{rest}/{job.pk}", {"ended_on": "2020-01-01"}, content_type="application/json")
    assert ended.status_code == 422
    ended = client.patch(f"{rest}/{job.pk}", {"ended_on": "2024-04-01"}, content_type="application/json")
    assert ended.json()["is_current"] is False
    assert again(person).company_id == narae.pk
    assert client.delete(f"{rest}/{job.pk}").status_code == 204
