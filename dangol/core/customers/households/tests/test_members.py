from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.households.queries import member_ids
from dangol.core.customers.households.services import create_household, trash_household
from dangol.core.customers.people.services import create_person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def member(cast: Cast, name: str, household: Any, who: str = "owner") -> Any:
    return create_person(actor=cast.actor(who), values={"name": name, "household": household.pk})


def test_the_pages_show_who_lives_together_as_far_as_one_sees_them(cast: Cast) -> None:
    owner = cast.actor("owner")
    home = create_household(actor=owner, values={"name": "남궁 씨네"})
    one, two = member(cast, "남궁민", home), member(cast, "남궁옥", home)
    unseen = member(cast, "낯선사람", home, "admin")
    assert member_ids(owner, home.pk) == [one.pk, two.pk]
    assert set(member_ids(cast.actor("admin"), home.pk)) == {one.pk, two.pk, unseen.pk}
    assert member_ids(cast.actor("stranger"), home.pk) == []
    client = Client()
    client.force_login(cast.owner)
    for path in (f"/households/{home.pk}", f"/people/{one.pk}"):
        page = client.get(path).content.decode()
        assert "남궁옥" in page, path
        assert "낯선사람" not in page, path
    trash_household(actor=owner, record_id=home.pk)
    assert member_ids(owner, home.pk) == []
    assert "남궁옥" not in client.get(f"/people/{one.pk}").content.decode()
