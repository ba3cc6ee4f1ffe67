"""What people write down on a customer, and what other systems are told of it, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.services.sending import send_due
from dangol.backoffice.webhooks.deliveries.tests.receiver import receiver
from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.services.drawing import draw_views
from dangol.collaborative.activities.attachments.tests import samples
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def draw_all() -> int:
    """What the worker does with pictures; returns how many files there are."""
    files = list(Attachment.objects.for_system("test"))
    for file in files:
        if file.views == Attachment.Views.WAITING:
            draw_views(actor=Actor.system("test"), attachment_id=file.pk)
    return len(files)


def test_a_note_a_draft_and_files_on_a_customer(
    open_house: str, cast: Cast, browser_window: Opener, tmp_path: Path
) -> None:
    person = create_person(actor=cast.actor("admin"), values={"name": "김지우"})
    sent = {"cup.png": samples.picture(size=(400, 300)), "계약.pdf": samples.PDF, "virus.exe": samples.EXE}
    for name, content in sent.items():
        (tmp_path / name).write_bytes(content)
    with browser_window(open_house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}")
        w.page.keyboard.press("n")
        w.page.fill("#note-body", "half a thought")
        w.open(f"/people/{person.pk}")
        assert w.page.input_value("#note-body") == "half a thought"
        w.page.fill("#note-body", "**Dark roast** only\n- no sugar")
        w.page.get_by_role("button", name="Add note").click()
        w.page.locator(".jotted strong", has_text="Dark roast").wait_for()
        w.settle()
        assert w.page.input_value("#note-body") == ""
        w.page.locator("[data-attach] summary").click()
        w.page.set_input_files("#file-input", [str(tmp_path / name) for name in sent])
        w.page.locator("[data-attach] [type=submit]").click()
        w.page.locator(".uploads .bad", has_text="virus.exe").wait_for()
        assert asked(draw_all) == 2
        w.open(f"/people/{person.pk}")
        assert w.page.locator(".gallery img").evaluate("image => image.naturalWidth") == 320
        assert [t for t in w.troubles if "422" not in t] == []


def test_without_script_notes_and_files_are_added_too(
    open_house: str, cast: Cast, browser_window: Opener, tmp_path: Path
) -> None:
    person = create_person(actor=cast.actor("admin"), values={"name": "김지우"})
    (tmp_path / "a.txt").write_text("hello")
    with browser_window(open_house, script=False, width=390, height=844) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}")
        w.page.locator("[data-jot] summary").click()
        w.page.fill("#note-body", "no script")
        w.follow(w.page.get_by_role("button", name="Add note"))
        assert w.page.locator(".jotted", has_text="no script").count() == 1
        w.page.locator("[data-attach] summary").click()
        w.page.set_input_files("#file-input", str(tmp_path / "a.txt"))
        w.follow(w.page.locator("[data-attach] [type=submit]"))
        assert w.page.locator(".told-file", has_text="a.txt").count() == 1


def test_a_webhook_is_added_tried_and_read(
    open_house: str, system: Actor, browser_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(outgoing.ALLOWED, "127.0.0.1/32")
    with receiver(answers=[200]) as told, browser_window(open_house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/setup/webhooks/new")
        w.page.fill("#id-url", told.url)
        w.follow(w.page.locator("form .btn-go[type=submit]"))
        w.follow(w.page.get_by_role("button", name="Send a test"))
        assert asked(lambda: send_due(actor=system)) == 1
        w.page.reload()
        w.follow(w.page.locator(".ledger-table tbody a").first)
        assert "said" in w.page.locator(".attempt").inner_text()
        assert len(told.came) == 1
        assert w.troubles == []
