from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.access.errors import Forbidden
from dangol.platform.db.secrets import decrypt
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.checking import checked
from dangol.platform.mail.letters import link_for
from dangol.platform.mail.models import CaughtMail, MailWay, OwnAddress
from dangol.platform.mail.queries import mail_way
from dangol.platform.mail.services import change_mail_way
from dangol.platform.mail.tests.dns_server import Silent, name_server
from dangol.platform.mail.tests.mail_server import PASSWORD, USER, Handler, Papers, authenticate, mail_server
from dangol.platform.mail.tests.test_dns_lookup import GOOD
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FORM = {
    "mode": "smtp",
    "host": "smtp.hwaro.kr",
    "port": "587",
    "security": "starttls",
    "username": USER,
    "password": PASSWORD,
    "per_second": "",
    "from_name": "Hwaro Coffee",
    "from_email": "news@hwaro.kr",
    "reply_to": "",
    "bounce_domain": "Bounce.Hwaro.kr.",
    "dkim_selector": "s1",
}
PAGES = ("/setup/mail", "/setup/mail/domain")


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    return client_of(cast, "admin")


def test_the_settings_are_kept_and_the_password_encrypted(admin: Client) -> None:
    assert admin.get("/setup/mail").status_code == 200
    assert admin.post("/setup/mail", FORM).status_code == 302
    way = mail_way()
    assert (way.mode, way.host, way.port, way.bounce_domain) == ("smtp", "smtp.hwaro.kr", 587, "bounce.hwaro.kr")
    assert PASSWORD not in way.secret
    assert decrypt(way.secret) == PASSWORD


def test_the_password_is_never_shown_or_told(admin: Client) -> None:
    admin.post("/setup/mail", FORM)
    page = admin.get("/setup/mail").content.decode()
    assert PASSWORD not in page
    assert mail_way().secret not in page
    assert "kept" in page
    told = EventRecord.objects.get(name="mail_way.changed")
    assert told.payload["is_password_changed"]
    assert PASSWORD not in str(vars(told))
    assert "secret" not in told.changes
    wrong = admin.post("/setup/mail", FORM | {"host": ""})
    assert wrong.status_code == 422
    assert PASSWORD not in wrong.content.decode()


def test_an_empty_password_keeps_the_old_one_and_a_box_removes_it(admin: Client) -> None:
    admin.post("/setup/mail", FORM)
    admin.post("/setup/mail", FORM | {"password": "", "from_name": "Other"})
    assert decrypt(mail_way().secret) == PASSWORD
    admin.post("/setup/mail", FORM | {"password": "", "is_password_removed": "1"})
    assert mail_way().secret == ""


def test_a_kept_password_does_not_go_to_another_server(admin: Client) -> None:
    admin.post("/setup/mail", FORM)
    for other in ({"host": "smtp.thief.kr"}, {"port": "25"}, {"username": "thief"}, {"security": "tls"}):
        answer = admin.post("/setup/mail", FORM | {"password": ""} | other)
        assert answer.status_code == 422
        assert "password" in answer.context["form"].errors
    assert mail_way().host == "smtp.hwaro.kr"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "https://smtp.hwaro.kr"}, "host"),
        ({"host": "smtp.hwaro.kr:587"}, "host"),
        ({"from_email": ""}, "from_email"),
        ({"from_email": "nobody"}, "from_email"),
        ({"port": "0"}, "port"),
        ({"port": "70000"}, "port"),
        ({"port": "x"}, "port"),
        ({"mode": "pigeon"}, "mode"),
        ({"security": "none"}, "security"),
        ({"username": ""}, "username"),
        ({"reply_to": "x@"}, "reply_to"),
        ({"bounce_domain": "no domain"}, "bounce_domain"),
        ({"dkim_selector": "a b"}, "dkim_selector"),
        ({"per_second": "0"}, "per_second"),
        ({"from_name": "a\nBcc: x@y.kr"}, "from_name"),
    ],
)
def test_each_mistake_stands_beside_its_field(admin: Client, change: dict[str, str], field: str) -> None:
    answer = admin.post("/setup/mail", FORM | change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not MailWay.objects.exists()


def test_a_relay_of_ones_own_may_be_without_encryption(admin: Client) -> None:
    assert admin.post("/setup/mail", FORM | {"host": "10.0.0.5", "security": "none", "port": "25"}).status_code == 302


@pytest.mark.parametrize("path", PAGES)
def test_strangers_and_the_anonymous_are_kept_out(cast: Cast, path: str) -> None:
    stranger = client_of(cast, "stranger")
    assert stranger.get(path).status_code == 403
    assert stranger.post(path, FORM).status_code == 403
    assert stranger.post("/setup/mail/test").status_code == 403
    assert Client().get(path).status_code == 302
    assert Client().post("/setup/mail/test").status_code == 302
    with pytest.raises(Forbidden):
        change_mail_way(actor=cast.actor("stranger"), values={"host": "x.kr"})
    assert not MailWay.objects.exists()


def test_where_mail_is_caught_the_test_is_caught_and_its_link_confirms_the_address(cast: Cast, admin: Client) -> None:
    answer = admin.post("/setup/mail/test")
    assert answer.status_code == 200
    caught = CaughtMail.objects.get()
    assert (caught.message_class, caught.envelope_to) == ("system", cast.admin.email)
    found = re.search(r"/setup/mail/mine/[a-z0-9]+", admin.get(f"/mail/caught/{caught.pk}?show=text").content.decode())
    assert found
    assert admin.get(found[0]).status_code == 200
    assert not OwnAddress.objects.exists()
    assert admin.post(found[0]).status_code == 302
    assert OwnAddress.objects.get().email == cast.admin.email
    admin.post("/setup/mail/test")
    assert CaughtMail.objects.order_by("id").last().message_class == "test"  # type: ignore[union-attr]


def test_a_link_is_good_for_its_own_reader_only(cast: Cast, admin: Client) -> None:
    link = "/setup/mail/mine/" + link_for(cast.owner).rpartition("/")[2]
    assert admin.get(link).status_code == 403
    assert admin.post(link).status_code == 403
    assert Client().post(link).status_code == 302
    assert admin.get("/setup/mail/mine/abcdefgh").status_code == 404
    owner = client_of(cast, "owner")
    cast.owner.email = "new@firm.test"
    cast.owner.save()
    assert owner.post(link).status_code == 404
    assert not OwnAddress.objects.exists()


def set_up(admin: Client, port: int, **more: str) -> None:
    local = {"host": "127.0.0.1", "port": str(port), "security": "none", "username": "", "password": ""}
    assert admin.post("/setup/mail", FORM | local | more).status_code == 302


def test_a_test_by_smtp_goes_to_ones_own_address_and_is_noted(cast: Cast, admin: Client) -> None:
    handler = Handler()
    with mail_server(handler) as port:
        set_up(admin, port)
        assert admin.post("/setup/mail/test").status_code == 200
        OwnAddress.objects.create(user=cast.admin, email=cast.admin.email)
        assert admin.post("/setup/mail/test").status_code == 200
    (first, second) = handler.taken
    assert first[1] == second[1] == [cast.admin.email]
    assert b"/setup/mail/mine/" in first[2]
    assert b"/setup/mail/mine/" not in second[2]
    way = mail_way()
    assert way.tested_at
    assert way.test_error == ""


def test_a_test_that_fails_is_told_and_noted(admin: Client) -> None:
    with mail_server(Handler(recipient="550 5.7.1 Relaying denied")) as port:
        set_up(admin, port)
        answer = admin.post("/setup/mail/test")
    assert answer.status_code == 422
    assert b"relay denied" in answer.content
    assert b"550 5.7.1 Relaying denied" in answer.content
    assert "Relaying denied" in mail_way().test_error
    assert b"Relaying denied" in admin.get("/setup/mail").content
    assert EventRecord.objects.get(name="mail_way.tested").payload["failed_at"] == "recipient"
    admin.post("/setup/mail", FORM | {"host": "smtp.other.kr"})
    assert mail_way().test_error == ""


def test_the_kept_password_signs_in(
    admin: Client, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = Papers(tmp_path_factory.mktemp("papers"))
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.ca_file))
    options: dict[str, Any] = {"authenticator": authenticate, "tls_context": papers.server_context("127.0.0.1")}
    with mail_server(Handler(), **options) as port:
        set_up(admin, port, security="starttls", username=USER, password=PASSWORD)
        assert b"It lets us in as hwaro." in admin.post("/setup/mail/test").content


def test_a_password_kept_elsewhere_is_asked_for_again(admin: Client) -> None:
    admin.post("/setup/mail", FORM)
    MailWay.objects.update(secret="gAAAAAB")
    answer = admin.post("/setup/mail/test")
    assert answer.status_code == 422
    assert b"enter it again" in answer.content


class TestTheDomain:
    def test_it_is_looked_up_on_asking_and_kept(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        admin.post("/setup/mail", FORM | {"host": "mail.hwaro.kr"})
        assert b"Look it up" in admin.get("/setup/mail/domain").content
        with name_server(GOOD) as address:
            monkeypatch.setenv("DANGOL_DNS", address)
            assert admin.post("/setup/mail/domain").status_code == 302
        page = admin.get("/setup/mail/domain")
        assert [one.finding.state for one in page.context["told"]] == ["good"] * 6
        assert b"are well" in admin.get("/setup").content
        admin.post("/setup/mail", FORM | {"host": "mail.hwaro.kr", "dkim_selector": "s2"})
        assert b"Look it up" in admin.get("/setup/mail/domain").content

    def test_what_is_missing_stands_there_to_be_copied(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        admin.post("/setup/mail", FORM | {"host": "smtp.gmail.com"})
        with name_server({("x.kr", "A"): ["1.2.3.4"]}) as address:
            monkeypatch.setenv("DANGOL_DNS", address)
            admin.post("/setup/mail/domain")
        page = admin.get("/setup/mail/domain").content.decode()
        assert "v=spf1 include:_spf.google.com ~all" in page
        assert "v=DMARC1; p=none; rua=mailto:dmarc@hwaro.kr" in page

    def test_without_a_network_it_says_so(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        admin.post("/setup/mail", FORM)
        with name_server(Silent()) as address:
            monkeypatch.setenv("DANGOL_DNS", address)
            assert admin.post("/setup/mail/domain").status_code == 302
        assert b"no name server answered" in admin.get("/setup/mail/domain").content

    def test_without_a_sender_there_is_nothing_to_look_up(self, admin: Client) -> None:
        assert b"no domain to look up" in admin.get("/setup/mail/domain").content
        assert admin.post("/setup/mail/domain").status_code == 422


@given(st.text(), st.text())
def test_whatever_is_typed_is_kept_or_refused_by_field(text: str, other: str) -> None:
    names = ("host", "port", "username", "from_name", "from_email", "reply_to", "bounce_domain", "dkim_selector")
    said, kept = set(), {"from_name": ""}
    try:
        kept = checked({name: text if place % 2 else other for place, name in enumerate(names)})
    except ValidationError as error:
        said = set(error.message_dict)
    assert said <= set(names)
    assert "\n" not in kept["from_name"]
