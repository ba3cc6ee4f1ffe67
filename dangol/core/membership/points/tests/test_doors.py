"""Pages and REST of points and of the membership."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.core.membership.grades.models import Grade
from dangol.core.membership.grades.queries import programme
from dangol.core.membership.points.services.settling import settle_all
from dangol.core.membership.points.tests.shop import SYSTEM, balance, open_shop, order, person
from dangol.platform.accounts.services import create_api_key

pytestmark = pytest.mark.django_db


def test_a_line_by_hand_comes_from_the_ledgers_own_page(cast: Any) -> None:
    open_shop()
    who, client = person(), Client()
    client.force_login(cast.admin)
    address = f"/people/{who.pk}/points"
    assert client.get(address).status_code == 200
    assert client.post(address, {"kind": "spend", "points": "5", "reason": "x"}).status_code == 422
    assert client.post(address, {"kind": "adjust", "points": "5 00", "reason": "x"}).status_code == 422
    assert client.post(address, {"kind": "adjust", "points": "1,500", "reason": "birthday"}).status_code == 302
    assert balance(who) == 1500
    assert f"/people/{who.pk}/membership" in client.get(f"/people/{who.pk}").content.decode()
    page = client.get(f"/people/{who.pk}/membership").content.decode()
    assert "1,500 points" in page
    assert "birthday" in page


def test_who_may_not_record_points_sees_them_without_a_form(cast: Any) -> None:
    from dangol.core.customers.people.services import create_person

    open_shop()
    who, client = create_person(actor=cast.actor("owner"), values={"name": "Kim"}), Client()
    order(who, 30_000, "a")
    settle_all(actor=SYSTEM)
    client.force_login(cast.owner)
    page = client.get(f"/people/{who.pk}/points")
    assert b"300 points" in page.content
    assert b'name="points"' not in page.content
    assert client.post(f"/people/{who.pk}/points", {"kind": "adjust", "points": "5", "reason": "x"}).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(f"/people/{who.pk}/points").status_code == 404


def test_programs_read_and_write_points_and_a_key_writes_once(cast: Any) -> None:
    open_shop()
    who, client = person(), Client()
    _key, secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="till", is_read_only=False)
    headers, address = {"X-API-Key": secret}, f"/api/v1/people/{who.pk}/points"
    sent = {"kind": "adjust", "points": "500", "reason": "gift", "key": "till-1"}
    for _ in range(2):
        assert client.post(address, sent, "application/json", headers=headers).status_code == 200
    found = client.get(address, headers=headers).json()
    assert (float(found["balance"]), len(found["lines"])) == (500, 1)
    assert float(client.get(address, {"at": "2020-01-01T00:00:00Z"}, headers=headers).json()["balance"]) == 0
    over = {"kind": "spend", "points": "501", "reason": "x"}
    assert client.post(address, over, "application/json", headers=headers).status_code == 422
    assert client.get(address).status_code == 401


def test_rules_and_grades_are_set_on_their_pages(cast: Any) -> None:
    client = Client()
    client.force_login(cast.admin)
    new = {"code": "gold", "name_en": "Gold", "name_ko": "골드", "threshold": "500000", "earn_percent": "3",
           "is_active": "on"}  # fmt: skip
    assert client.post("/setup/membership/grades/new", {**new, "code": "Gold!"}).status_code == 422
    assert client.post("/setup/membership/grades/new", new).status_code == 302
    assert client.post("/setup/membership/grades/new", new).status_code == 422
    assert client.post("/setup/membership/grades/gold", {**new, "threshold": "-1"}).status_code == 422
    assert client.post("/setup/membership/grades/gold", {**new, "name_en": "Golden"}).status_code == 302
    assert Grade.objects.get().name_en == "Golden"
    assert client.get("/setup/membership/grades/none").status_code == 404
    rules = {"starts_on": "2026-01-01", "base_percent": "1", "point_digits": "0", "valid_months": "24",
             "notice_days": "30", "measure": "amount", "window_months": "12", "keeps_months": "12"}  # fmt: skip
    assert client.post("/setup/membership", {**rules, "valid_months": "999"}).status_code == 422
    assert client.post("/setup/membership", rules).status_code == 302
    assert str(programme().starts_on) == "2026-01-01"
    assert b"Golden" in client.get("/setup/membership").content
    client.force_login(cast.mate)
    assert client.get("/setup/membership").status_code == 403
