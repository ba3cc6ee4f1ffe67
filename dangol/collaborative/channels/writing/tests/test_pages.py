from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from dangol.collaborative.channels.writing import queries
from dangol.collaborative.channels.writing.queries import previewing
from dangol.collaborative.channels.writing.rules.content import Content, read_content
from dangol.collaborative.channels.writing.tests.conftest import Customers
from dangol.platform.access.actor import Actor

CONTENT = Content('{{ name | "고객" }}님께', "<p>안녕하세요 <script>x</script>{{ city }}</p>")


@pytest.fixture
def client_of(cast: Any) -> Any:
    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast.users[name])
        return client

    return make


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(actor: Actor, pk: int) -> queries.Source | None:
        return queries.Source(CONTENT, "advertising") if pk == 1 else None

    monkeypatch.setattr(previewing, "_sources", {})
    queries.register_source("letter", load)


def test_a_saved_message_is_framed_with_a_policy_of_its_own(customers: Customers, client_of: Any, kept: None) -> None:
    answer = client_of("owner").get(f"/writing/preview/letter/1?person={customers.jiwoo}")
    assert answer.status_code == 200
    assert "서울" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "frame-ancestors 'self'" in policy
    assert "allow-" not in policy
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "<script" not in answer.content.decode()


@pytest.mark.parametrize("path", ["letter/2", "other/1"])
def test_what_is_not_there_is_not_found(customers: Customers, client_of: Any, kept: None, path: str) -> None:
    assert client_of("owner").get(f"/writing/preview/{path}").status_code == 404


@pytest.mark.parametrize("person", ["", "x", "-1", "9" * 30, "²"])
def test_a_person_that_is_none_gets_the_samples(customers: Customers, client_of: Any, kept: None, person: str) -> None:
    answer = client_of("owner").get("/writing/preview/letter/1", {"person": person})
    assert answer.status_code == 200
    assert "서울" in answer.content.decode()


def test_nobody_looks_without_signing_in(db: None, kept: None) -> None:
    assert Client().get("/writing/preview/letter/1").status_code == 302
    assert Client().post("/writing/check").status_code == 302


def test_a_message_is_checked_while_it_is_written(customers: Customers, client_of: Any) -> None:
    form = {"subject": "[광고] 원두", "html": "<p>{{ nmae }}</p>", "message_class": "advertising", "text_is": "made"}
    answer = client_of("owner").post("/writing/check", form).content.decode()
    assert 'name="fix" value="subject_variant"' in answer
    assert 'name="fix" value="field:nmae"' in answer
    assert "line 1" in answer


def test_a_message_that_was_not_saved_is_shown_as_it_stands(customers: Customers, client_of: Any) -> None:
    form = {"subject": "a", "html": "<p>가나다</p>", "text_is": "made"}
    answer = client_of("owner").post("/writing/preview", form)
    assert "가나다" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    broken = client_of("owner").post("/writing/preview", {"subject": "{{ <b>x", "html": "<p>a</p>"}).content.decode()
    assert "never closed" in broken
    assert "<b>x" not in broken


def test_the_editor_holds_what_was_written_and_what_may_be_put_in(customers: Customers, cast: Any) -> None:
    content = Content("[광고] 원두", "<p>{{ name }}</p>\n</textarea><i>", "글")
    page = render_to_string(
        "channels/writing/editor.html", {"editor": queries.editor(content, actor=cast.actor("owner"))}
    )
    assert 'name="subject" value="[광고] 원두"' in page
    assert "&lt;/textarea&gt;&lt;i&gt;" in page
    assert 'data-insert="{{ name | &quot;고객&quot; }}"' in page
    assert 'data-insert="{은/는}"' in page
    assert "{{#if tier = &quot;top&quot;}}" in page
    assert 'value="own" checked' in page
    assert 'name="fix" value="subject_variant"' in page
    assert 'aria-invalid="true"' in page


def test_the_preview_part_shows_the_subject_and_leads_to_the_next_customer(customers: Customers, cast: Any) -> None:
    part = queries.preview_part(
        CONTENT, actor=cast.actor("owner"), source="letter", pk=1, people=[customers.jiwoo, customers.emma]
    )
    page = render_to_string("channels/writing/preview.html", {"preview": part})
    assert f'src="/writing/preview/letter/1?person={customers.jiwoo}"' in page
    assert f'href="?person={customers.emma}"' in page
    assert "(광고) 김지우님께" in page
    assert " sandbox " in page


def test_a_form_is_read_as_it_was_meant() -> None:
    made = read_content({"subject": " a\n b ", "html": "x\r\ny\x00", "text": "t", "text_is": "made", "language": "fr"})
    assert made == Content("a b", "x\ny", "", "", "ko")
    assert read_content({"text": "t", "text_is": "own", "language": "en"}) == Content(text="t", language="en")


def test_a_fix_is_made_with_what_the_house_knows(customers: Customers) -> None:
    assert queries.fixed(Content("[광고] a"), "subject_variant").subject == "(광고) a"
