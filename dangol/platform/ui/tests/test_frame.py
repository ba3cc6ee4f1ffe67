from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import Client, RequestFactory

from dangol.platform.access.actor import Actor
from dangol.platform.ui import build, csp, navigation
from dangol.platform.ui.viewer import Viewer

UI = Path(build.__file__).parent
OWN = [*UI.glob("templates/**/*.html"), *UI.parent.glob("objects/templates/**/*.html")]


def test_a_component_inside_a_fragment_is_drawn(tmp_path: Path) -> None:
    options = settings.TEMPLATES[0]["OPTIONS"]
    [(partials, [(cached, inner)])] = options["loaders"]
    (tmp_path / "probe.html").write_text(
        "{% load dangol %}before{% partialdef inside %}"
        "<c-pill tone='good' icon='check'>Worked</c-pill>{% endpartialdef %}"
    )
    engine = Engine(
        dirs=[str(tmp_path)],
        loaders=[(partials, [(cached, inner)])],
        builtins=options["builtins"],
        libraries={"dangol": "dangol.platform.ui.templatetags.dangol"},
    )
    assert "django_cotton.cotton_loader.Loader" in inner, "components are compiled before fragments are cut out"
    drawn = engine.get_template("probe.html#inside").render(Context({}))
    assert "before" not in drawn
    assert '<span class="pill good"><i class="ti ti-check" aria-hidden="true"></i>Worked</span>' in drawn


def test_no_template_has_inline_script_or_style() -> None:
    for path in OWN:
        text = path.read_text()
        assert not re.search(r"<[^>]+\sstyle=", text), path
        assert not re.search(r"<[^>]+\son[a-z]+=", text), path
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))", text), path
        assert "hx-on" not in text, path


def test_no_style_sheet_or_script_names_another_host() -> None:
    for path in [*UI.glob("static/dangol/css/*"), *UI.glob("static/dangol/js/*")]:
        assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text()), path


def test_the_lock_file_names_no_host_to_download_from() -> None:
    assert '"resolved"' not in (build.FRONTEND / "package-lock.json").read_text()


def test_answers_carry_a_strict_policy() -> None:
    answer = csp.SecurityHeadersMiddleware(lambda request: HttpResponse("x"))(RequestFactory().get("/"))
    policy = answer.headers["Content-Security-Policy"]  # type: ignore[union-attr]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy


def test_only_what_exists_and_may_be_seen_is_in_the_sidebar() -> None:
    navigation.register("insight", navigation.item("t-painted", "Painted", "ghost", "nowhere:at_all"))
    navigation.register("insight", navigation.item("t-real", "Real", "search", "ui:menu", needs="secret"))
    sees = Viewer(actor=Actor.anonymous(), may=lambda action, name: name == "secret")
    blind = Viewer(actor=Actor.anonymous())
    try:
        shown = {link.name for s in navigation.sections_for(sees) for link in s.links}
        assert "t-real" in shown
        assert "t-painted" not in shown
        assert "t-real" not in {link.name for s in navigation.sections_for(blind) for link in s.links}
        assert navigation.sections_for(Viewer()) == []
    finally:
        navigation._items["insight"].pop("t-painted")
        navigation._items["insight"].pop("t-real")


@pytest.mark.django_db
def test_the_sign_in_page_speaks_both_languages() -> None:
    client = Client()
    assert "Sign in" in client.get("/login", headers={"accept-language": "en"}).content.decode()
    assert 'lang="ko"' in client.get("/login", headers={"accept-language": "ko"}).content.decode()


@pytest.mark.django_db
def test_a_choice_that_does_not_exist_is_refused() -> None:
    assert Client().post("/_preferences", {"theme": "pink"}).status_code == 400
    assert (
        Client().post("/_preferences", {"theme": "dark", "next": "https://elsewhere.test/"}).headers["Location"] == "/"
    )
