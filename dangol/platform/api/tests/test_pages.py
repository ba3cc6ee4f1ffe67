from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_pages_show_only_what_their_reader_may_see(cast: Cast) -> None:
    role = cast.users["mate"].roles.get()
    role.grants = {"person": {"see": "all"}}
    role.save()
    browser = Client()
    browser.force_login(cast.mate)
    index = browser.get("/api/docs").content.decode()
    assert 'href="/api/docs/person"' in index
    assert 'href="/api/docs/order"' not in index
    assert browser.get("/api/docs/order").status_code == 404
    page = browser.get("/api/docs/person").content.decode()
    assert 'id="upsert_person"' in page
    assert "/api/v1/people/by/shop/1001" in page
    assert "customer_number" in page


def test_every_type_of_a_problem_is_explained_where_it_leads(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.admin)
    kind = browser.get("/api/v1/people/999999").json()["type"]
    address, _, anchor = kind.partition("#")
    assert f'id="{anchor}"' in browser.get(address).content.decode()


def test_every_page_can_be_read_in_korean_and_by_staff_alone(cast: Cast) -> None:
    assert Client().get("/api/docs").status_code == 302
    type(cast.admin).objects.filter(pk=cast.admin.pk).update(language="ko")
    browser = Client()
    browser.force_login(cast.admin)
    tags = [name for name, _label in browser.get("/api/docs").context["tags"]]
    assert {"changes", "person", "order"} <= set(tags)
    for tag in tags:
        assert browser.get(f"/api/docs/{tag}").status_code == 200
