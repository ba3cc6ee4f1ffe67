"""Sources: who may keep them, and what their pages show."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.behavior.sources import services
from dangol.core.behavior.sources.models import Source, WriteKey
from dangol.core.behavior.sources.queries import open_doors
from dangol.core.behavior.stream.services.working import work_off_all
from dangol.core.behavior.stream.tests.inbox import SYSTEM, done_learning, give, key_of, source, track
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["admin"])
    return client


def test_a_source_is_made_changed_switched_and_deleted_and_each_is_told(cast: Cast) -> None:
    admin = cast.actor("admin")
    made = services.create_source(
        actor=admin, values={"name": " Shop  one ", "allowed_origins": "https://b.test http://A.test/"}
    )
    assert (made.name, made.allowed_origins) == ("Shop one", ["http://a.test", "https://b.test"])
    services.change_source(actor=admin, source_id=made.pk, values={"kind": "app"})
    services.switch_source(actor=admin, source_id=made.pk, is_active=False)
    services.trash_source(actor=admin, source_id=made.pk)
    told = EventRecord.objects.filter(subject="event_source").order_by("id").values_list("name", flat=True)
    assert [name.partition(".")[2] for name in told] == ["created", "key_made", "changed", "changed", "trashed"]
    assert open_doors() == {}


def test_keys_come_and_go_one_by_one() -> None:
    shop = source()
    first = key_of(shop)
    second = services.make_key(actor=SYSTEM, source_id=shop.pk)
    assert set(open_doors()) == {first, second.key}
    services.revoke_key(actor=SYSTEM, source_id=shop.pk, key_id=WriteKey.objects.for_system("test").get(key=first).pk)
    assert set(open_doors()) == {second.key}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"kind": "fax"}, "kind"),
        ({"allowed_origins": "shop.test"}, "allowed_origins"), ({"most_per_second": "-1"}, "most_per_second"),
        ({"most_per_second": "１２"}, "most_per_second"), ({"needs_consent": True}, "consent_category"),
        ({"keeps_address": "half"}, "keeps_address"), ({"on_unexpected": ""}, "on_unexpected"),
        ({"allowed_origins": [f"https://s{n}.test" for n in range(51)]}, "allowed_origins"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_beside_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as told:
        services.create_source(actor=SYSTEM, values={"name": "Shop", **values})
    assert list(told.value.message_dict) == [field]


def test_nobody_but_administrators_sees_or_keeps_sources(cast: Cast) -> None:
    shop = source()
    key = WriteKey.objects.for_system("test").get()
    owner = Client()
    owner.force_login(cast.users["owner"])
    pages = ("", "/new", "/kept", f"/{shop.pk}", f"/{shop.pk}/edit")
    acts = ("/new", "/kept", f"/{shop.pk}/edit", f"/{shop.pk}/switch", f"/{shop.pk}/learn", f"/{shop.pk}/delete",
            f"/{shop.pk}/keys", f"/{shop.pk}/keys/{key.pk}/revoke")  # fmt: skip
    assert [owner.get(f"/setup/sources{p}").status_code for p in pages] == [403] * len(pages)
    assert [owner.post(f"/setup/sources{p}").status_code for p in acts] == [403] * len(acts)
    assert Client().get("/setup/sources").status_code == 302
    with pytest.raises(Forbidden):
        services.make_key(actor=cast.actor("owner"), source_id=shop.pk)
    assert list(Source.objects.visible_to(cast.actor("owner"))) == []


def test_the_pages_of_a_source_work_without_script(browser: Client) -> None:
    assert "No event sources yet" in browser.get("/setup/sources").content.decode()
    wrong = browser.post("/setup/sources/new", {"name": "", "allowed_origins": "shop"})
    assert (wrong.status_code, "Give it a name." in wrong.content.decode()) == (422, True)
    form = {"name": "Shop", "kind": "web", "allowed_origins": "https://shop.test", "keeps_address": "none",
            "most_per_second": "500", "on_unexpected": "flag", "honours_refusal": "on"}  # fmt: skip
    made = browser.post("/setup/sources/new", form)
    shop = Source.objects.for_system("test").get()
    assert made["Location"] == f"/setup/sources/{shop.pk}"
    assert browser.get(f"/setup/sources/{shop.pk}/edit").status_code == 200
    browser.post(f"/setup/sources/{shop.pk}/edit", {**form, "name": "Shop 2"})
    browser.post(f"/setup/sources/{shop.pk}/keys")
    page = browser.get(f"/setup/sources/{shop.pk}").content.decode()
    keys = WriteKey.objects.for_system("test").values_list("key", flat=True)
    assert len(keys) == 2
    assert all(text in page for text in ("Shop 2", *keys))
    assert browser.get("/setup/sources/999").status_code == browser.get("/setup/sources/999/edit").status_code == 404


def test_what_strangers_send_is_shown_and_never_runs(browser: Client) -> None:
    shop = source()
    bad = "<script>alert(1)</script>"
    give(shop, track(bad, properties={bad: bad}), {"event": bad})
    work_off_all()
    done_learning(shop)
    give(shop, track(f"{bad}2"))
    work_off_all()
    page = browser.get(f"/setup/sources/{shop.pk}").content.decode()
    assert bad not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;2" in page
    assert "New name" in page
    assert "1" in browser.get("/setup/sources").content.decode()


def test_how_long_events_are_kept_is_set_by_hand(browser: Client) -> None:
    assert browser.post("/setup/sources/kept", {"months_kept": "0"}).status_code == 422
    assert browser.post("/setup/sources/kept", {"months_kept": "12"}).status_code == 302
    assert "Kept 12 months" in browser.get("/setup/sources").content.decode()
