from __future__ import annotations

import gzip

import pytest
from django.test import Client

from dangol.core.behavior.script.queries import policy_line, script, snippet

MOST_BYTES = 5 * 1024


def test_the_script_is_under_five_kilobytes_as_it_is() -> None:
    assert 0 < len(script().body) < MOST_BYTES


def test_the_script_speaks_to_nobody_else_and_makes_no_code() -> None:
    text = script().body.decode()
    for word in ("http://", "https://", "eval(", "Function(", "document.write", "innerHTML", "document.cookie"):
        assert word not in text, word


@pytest.mark.django_db
def test_it_is_served_to_everybody_packed_and_asked_for_again_by_its_mark() -> None:
    client = Client()
    plain = client.get("/dangol.js")
    assert (plain.status_code, plain["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert plain.content == script().body
    assert "max-age=3600" in plain["Cache-Control"]
    assert "Set-Cookie" not in plain
    assert (plain["Cross-Origin-Resource-Policy"], plain["Access-Control-Allow-Origin"]) == ("cross-origin", "*")
    packed = client.get("/dangol.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == script().body
    assert client.get("/dangol.js", headers={"If-None-Match": plain["ETag"]}).status_code == 304
    assert client.post("/dangol.js").status_code == 405


@pytest.mark.django_db
def test_the_snippet_is_one_line_without_inline_code_and_cannot_be_broken_out_of() -> None:
    line = snippet("k1", consent='a"><script>', has_integrity=True)
    assert line.count("<script") == 1
    assert 'data-key="k1"' in line
    assert 'integrity="sha384-' in line
    assert policy_line().startswith("script-src http")
