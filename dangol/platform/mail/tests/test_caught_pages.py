from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.accounts.models import Role
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.models import CaughtMail, MailWay
from dangol.platform.mail.queries import PAGE
from dangol.platform.mail.reading import framed, read_letter
from dangol.platform.mail.upkeep import forget_caught
from tests.cast import Cast

HTML = (
    "<!doctype html><html><head><title>x</title></head>"
    "<body><script>alert(1)</script><a href='http://x.kr/'>x</a></body></html>"
)


def raw(subject: str = "안녕하세요", html: str = HTML, text: str = "see https://x.kr/a?b=1&c=2 <b>") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@hwaro.kr", "b@hwaro.kr", subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def catch(number: int = 1, message_class: str = "advertising", to: str = "jiwoo@narae.test", **more: str) -> CaughtMail:
    content = raw(**more)
    return CaughtMail.objects.create(
        message_id=f"{number}@hwaro.kr", message_class=message_class, envelope_from="bounce+x@hwaro.kr", envelope_to=to,
        subject=more.get("subject", "안녕하세요"), raw=content, size=len(content),
    )  # fmt: skip


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    return client_of(cast, "admin")


@pytest.mark.django_db
class TestThePages:
    def test_an_empty_catcher_says_what_it_is_for(self, admin: Client) -> None:
        assert b"No mail was caught yet" in admin.get("/mail/caught").content

    def test_mail_is_listed_newest_first_and_paged(self, admin: Client) -> None:
        for number in range(PAGE + 3):
            catch(number, subject=f"Letter {number}")
        first = admin.get("/mail/caught").context["page"]
        assert [mail.subject for mail in first.rows][:2] == [f"Letter {PAGE + 2}", f"Letter {PAGE + 1}"]
        second = admin.get("/mail/caught", {"after": first.next}).context["page"]
        assert [mail.subject for mail in second.rows] == ["Letter 2", "Letter 1", "Letter 0"]
        assert second.next == ""
        for odd in ("x", "2026-01-01~1", "~", "2026-13-01T00:00:00+00:00~1", "2026-01-01T00:00:00+00:00~" + "9" * 30):
            assert admin.get("/mail/caught", {"after": odd}).status_code == 200

    def test_it_is_found_by_receiver_and_subject(self, admin: Client) -> None:
        catch(1, to="jiwoo@narae.test", subject="Spring")
        catch(2, to="minsu@baram.test", subject="Autumn")
        for words, found in (("NARAE", "Spring"), ("autu", "Autumn")):
            assert [mail.subject for mail in admin.get("/mail/caught", {"q": words}).context["page"].rows] == [found]
        assert b"Nothing was found" in admin.get("/mail/caught", {"q": "%"}).content

    def test_a_letter_is_shown_in_a_frame_that_runs_nothing(self, admin: Client) -> None:
        mail = catch()
        page = admin.get(f"/mail/caught/{mail.pk}")
        assert b'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content
        assert "frame-src 'self'" in page["Content-Security-Policy"]
        assert "script-src 'self'" in page["Content-Security-Policy"]
        frame = admin.get(f"/mail/caught/{mail.pk}/frame")
        policy = frame["Content-Security-Policy"]
        assert policy.startswith("sandbox allow-popups")
        assert "allow-scripts" not in policy
        assert "allow-same-origin" not in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert frame["X-Frame-Options"] == "SAMEORIGIN"
        assert '<base target="_blank">' in frame.content.decode()

    def test_text_and_headers_are_shown_escaped_and_with_links(self, admin: Client) -> None:
        mail = catch(subject="<i>x</i>")
        text = admin.get(f"/mail/caught/{mail.pk}?show=text").content.decode()
        assert 'href="https://x.kr/a?b=1&amp;c=2"' in text
        assert "&lt;b&gt;" in text
        assert "&lt;i&gt;x&lt;/i&gt;" in admin.get(f"/mail/caught/{mail.pk}?show=headers").content.decode()

    def test_the_raw_message_is_the_message_byte_for_byte(self, admin: Client) -> None:
        mail = catch()
        answer = admin.get(f"/mail/caught/{mail.pk}/raw.eml")
        assert answer.content == bytes(mail.raw)
        assert answer["Content-Type"] == "message/rfc822"
        assert "attachment" in answer["Content-Disposition"]

    def test_all_of_it_is_deleted_by_a_button(self, admin: Client) -> None:
        catch(1)
        catch(2)
        assert admin.get("/mail/caught/clear").status_code == 405
        assert admin.post("/mail/caught/clear").status_code == 302
        assert not CaughtMail.objects.exists()
        assert EventRecord.objects.get(name="caught_mail.cleared").payload["count"] == 2

    def test_what_is_older_than_thirty_days_goes_by_itself(self) -> None:
        old, young = catch(1), catch(2)
        CaughtMail.objects.filter(pk=old.pk).update(caught_at=timezone.now() - timedelta(days=31))
        forget_caught(timestamp=0)
        assert list(CaughtMail.objects.values_list("pk", flat=True)) == [young.pk]


@pytest.mark.django_db
class TestWhoSeesIt:
    def test_strangers_and_the_anonymous_do_not(self, cast: Cast) -> None:
        mail = catch()
        stranger = client_of(cast, "stranger")
        for path in ("", f"/{mail.pk}", f"/{mail.pk}/frame", f"/{mail.pk}/raw.eml"):
            assert stranger.get(f"/mail/caught{path}").status_code == 403
            assert Client().get(f"/mail/caught{path}").status_code == 302
        assert stranger.post("/mail/caught/clear").status_code == 403
        assert b'href="/mail/caught"' not in stranger.get("/me").content

    def test_marketing_sees_what_goes_to_customers_but_no_mail_of_the_system(self, cast: Cast) -> None:
        cast.mate.roles.set(Role.objects.filter(name="marketing"))
        client, secret, offer = client_of(cast, "mate"), catch(1, "system"), catch(2)
        assert [mail.pk for mail in client.get("/mail/caught").context["page"].rows] == [offer.pk]
        assert client.get(f"/mail/caught/{secret.pk}").status_code == 404
        assert client.get(f"/mail/caught/{secret.pk}/raw.eml").status_code == 404
        assert client.post("/mail/caught/clear").status_code == 403

    def test_one_from_whom_addresses_are_hidden_sees_none(self, cast: Cast) -> None:
        cast.mate.roles.set(Role.objects.filter(name="analyst"))
        catch()
        assert client_of(cast, "mate").get("/mail/caught").status_code == 403

    def test_the_sidebar_names_it_only_while_it_is_of_use(self, admin: Client) -> None:
        assert b'href="/mail/caught"' in admin.get("/me").content
        MailWay.objects.create(pk=1, mode="smtp", host="x.kr")
        assert b'href="/mail/caught"' not in admin.get("/me").content
        catch()
        assert b'href="/mail/caught"' in admin.get("/me").content


def test_links_of_a_letter_open_in_a_new_tab_wherever_its_head_is() -> None:
    base = '<base target="_blank">'
    assert framed("<html><HEAD lang='x'><p>") == f"<html><HEAD lang='x'>{base}<p>"
    assert framed("<html lang=ko><body>") == f"<html lang=ko>{base}<body>"
    assert framed("<!doctype html><p>x") == f"<!doctype html>{base}<p>x"
    assert framed("<p>x") == f"{base}<p>x"


@given(st.binary(max_size=400), st.text(max_size=80))
def test_no_message_breaks_the_reader(data: bytes, text: str) -> None:
    head = f"Subject: {text}\r\nContent-Type: text/html; charset={text}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    for tried in (data, raw(html="")[:60] + data, head.encode("utf-8", "replace") + data):
        read = read_letter(tried)
        assert isinstance(read.html, str)
        assert all(isinstance(value, str) for pair in read.headers for value in pair)


@pytest.mark.django_db
def test_a_house_of_its_own_is_told_that_nothing_leaves_it(admin: Client) -> None:
    assert b"nothing leaves it" in admin.get("/").content
    MailWay.objects.create(pk=1, mode="smtp", host="x.kr")
    assert b"nothing leaves it" not in admin.get("/").content
