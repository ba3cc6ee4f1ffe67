from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.collaborative.channels.letters.rules import html_of
from dangol.collaborative.channels.letters.services import write_letter
from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SYSTEM
from dangol.core.consent.suppressions.services import suppress
from dangol.core.customers.people.services import create_person
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.models import CaughtMail, OwnAddress
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast


def test_a_letter_is_typed_plainly_and_looks_well() -> None:
    html = html_of("Hello **Jiwoo**,\nsee https://shop.example/a?b=1&c=2.\n\n- one\n- <two>\n\nBye")
    assert html == (
        '<p>Hello <strong>Jiwoo</strong>,<br>see <a href="https://shop.example/a?b=1&amp;c=2">'
        "https://shop.example/a?b=1&amp;c=2</a>.</p>\n<ul><li>one</li><li>&lt;two&gt;</li></ul>\n<p>Bye</p>"
    )


@pytest.mark.django_db
class TestWriting:
    @pytest.fixture
    def person(self, cast: Cast) -> Any:
        given.house()
        return create_person(actor=cast.actor("owner"), values={"name": "김지우", "email": "jiwoo@shop.test"})

    def write(self, cast: Cast, person: Any, who: str = "owner", **more: Any) -> Message:
        values = {"subject": "수선 안내", "body": "맡기신 가방이 **준비**되었어요.", **more}
        return write_letter(actor=cast.actor(who), person_id=person.pk, **values)

    def send(self, message: Message) -> EmailMessage:
        send_waiting(actor=SYSTEM, source="letter", source_id=message.source_id)
        return message_from_bytes(bytes(CaughtMail.objects.get().raw), policy=policy.default)

    def browser(self, cast: Cast, who: str = "owner") -> Client:
        client = Client()
        client.force_login(cast.users[who])
        return client

    def test_a_letter_goes_out_in_the_writers_name_and_is_no_bulk_mail(self, cast: Cast, person: Any) -> None:
        OwnAddress.objects.create(user=cast.owner, email="owner@firm.test")
        mail = self.send(self.write(cast, person))
        assert mail["From"].addresses[0].addr_spec == "hi@shop.test"
        assert mail["From"].addresses[0].display_name == "Owner (단골가게)"
        assert mail["Reply-To"] == "owner@firm.test"
        assert mail["Subject"] == "수선 안내"
        assert "<strong>준비</strong>" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert not {"List-Unsubscribe", "List-Id", "Precedence"} & set(mail.keys())
        assert "/o/" not in mail.as_string()

    def test_braces_in_a_letter_are_only_braces(self, cast: Cast, person: Any) -> None:
        mail = self.send(self.write(cast, person, body="{{ name }} {은/는} {{#if"))
        text = mail.get_body(("plain",)).get_content().replace("\u2060", "")  # type: ignore[union-attr]
        assert "{{ name }} {은/는} {{#if" in text

    def test_it_stands_on_the_timeline_with_its_words(self, cast: Cast, person: Any) -> None:
        self.send(self.write(cast, person))
        page = self.browser(cast).get(f"/people/{person.pk}").content.decode()
        assert "수선 안내" in page
        assert "맡기신 가방이" in page
        told = EventRecord.objects.get(name="letter.written")
        assert (told.about_id, told.actor_name) == (person.pk, "Owner")

    def test_advertising_by_letter_passes_the_whole_gate(self, cast: Cast, person: Any) -> None:
        purpose = given.purpose()
        with pytest.raises(ValidationError) as refused:
            self.write(cast, person, message_class="advertising", purpose_id=purpose.pk)
        assert "" in refused.value.message_dict
        from dangol.core.consent.ledger.services import record_consent

        record_consent(
            actor=SYSTEM, person_id=person.pk, purpose_id=purpose.pk, channel="email", state="given", method="form"
        )
        mail = self.send(self.write(cast, person, message_class="advertising", purpose_id=purpose.pk))
        assert mail["Subject"].startswith("(광고)")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_a_suppressed_address_gets_no_letter_and_nothing_typed_is_lost(self, cast: Cast, person: Any) -> None:
        suppress(actor=SYSTEM, channel="email", address="jiwoo@shop.test", reason="bounce")
        sent = {"subject": "수선", "body": "길게 쓴 글", "message_class": "service"}
        answer = self.browser(cast).post(f"/people/{person.pk}/letters", sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "길게 쓴 글" in page
        assert "suppressed" in page
        assert not Message.objects.for_system("test").exists()

    def test_the_form_sends_and_leads_back_to_the_story(self, cast: Cast, person: Any) -> None:
        sent = {"subject": "수선", "body": "준비되었어요", "message_class": "service"}
        answer = self.browser(cast).post(f"/people/{person.pk}/letters", sent)
        assert (answer.status_code, answer["Location"]) == (302, f"/people/{person.pk}#story")
        assert Message.objects.for_system("test").get().state == "pending"

    @pytest.mark.parametrize("missing", ["subject", "body"])
    def test_what_is_missing_is_said_beside_its_field(self, cast: Cast, person: Any, missing: str) -> None:
        sent = {"subject": "a", "body": "b", "message_class": "service", missing: " "}
        answer = self.browser(cast).post(f"/people/{person.pk}/letters", sent)
        assert answer.status_code == 422
        assert f"letter-{missing}-error" in answer.content.decode()

    def test_who_may_not_see_the_customer_writes_to_nobody(self, cast: Cast, person: Any) -> None:
        with pytest.raises(NotFound):
            self.write(cast, person, "stranger")
        sent = {"subject": "a", "body": "b"}
        assert self.browser(cast, "stranger").post(f"/people/{person.pk}/letters", sent).status_code == 404
        assert Client().post(f"/people/{person.pk}/letters", sent).status_code == 302

    def test_who_may_not_write_messages_sees_no_form(self, cast: Cast, person: Any) -> None:
        from dangol.platform.accounts.models import Role

        role = Role.objects.create(name="looks", label="Looks", grants={"person": {"see": "all"}})
        cast.mate.roles.set([role])
        assert "letter-subject" not in self.browser(cast, "mate").get(f"/people/{person.pk}").content.decode()
        with pytest.raises(Forbidden):
            self.write(cast, person, "mate")

    def test_a_customer_without_an_address_has_no_form(self, cast: Cast) -> None:
        nobody = create_person(actor=cast.actor("owner"), values={"name": "김민서"})
        assert "letter-subject" not in self.browser(cast).get(f"/people/{nobody.pk}").content.decode()
