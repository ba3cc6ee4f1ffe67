"""Log lines, who is believed about addresses, and files that do not grow without end."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.platform.console.durations import LIMITS, bucket_of, empty, percentile
from dangol.platform.console.logs import JsonLines, PlainLines, cleaned
from dangol.platform.console.proxies import client_of, networks
from dangol.platform.console.rotation import KEPT, is_to_stderr, rotate
from dangol.platform.console.statements import normalised
from dangol.platform.db.asking import Asking, asking
from dangol.platform.jobs.tasks import watched

PROXY = networks("127.0.0.0/8,::1/128,10.1.0.0/16")


def line(message: str, *values: object, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("dangol.test", logging.WARNING, __file__, 1, message, values, info)
    found = json.loads(JsonLines().format(record))
    assert isinstance(found, dict)
    return found


def test_a_json_line_says_when_what_and_who(db: None) -> None:
    with asking(Asking("page", "people/<int:pk>", request_id="r-1", user_id=7)):
        found = line("%s went wrong", "it")
    assert found["message"] == "it went wrong"
    assert (found["level"], found["logger"]) == ("WARNING", "dangol.test")
    assert (found["request_id"], found["user_id"], found["route"]) == ("r-1", 7, "people/<int:pk>")
    assert str(found["time"]).endswith("+00:00")


def test_lines_of_a_job_carry_its_number(db: None) -> None:
    with watched("mail.send", 42):
        found = line("hm")
        plain = PlainLines("%(message)s").format(logging.LogRecord("x", 20, "", 1, "hm", (), None))
    assert (found["job_id"], found["task"]) == (42, "mail.send")
    assert "job_id=42" in plain


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /login?next=/people&token=abc failed", "GET /login?… failed"),
        ("see https://a.test/x?code=1 now", "see https://a.test/x?… now"),
        ("password=hunter2 refused", "password=… refused"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ('{"api_key": "k123"}', '{"api_key": "…"}'),
        ("mail to kim@narae.test bounced", "mail to …@… bounced"),
        ("unique\nDETAIL:  Key (email)=(a@b.test) already exists.\nend", "unique\nend"),
        ("nothing secret here", "nothing secret here"),
    ],
)
def test_secrets_addresses_and_rows_are_left_out(said: str, kept: str) -> None:
    assert cleaned(said) == kept


def test_a_trace_is_cleaned_too() -> None:
    try:
        raise ValueError("token=abc123 of kim@narae.test")
    except ValueError as error:
        found = line("boom", error=error)
    assert found["error"] == "ValueError"
    assert "abc123" not in str(found["trace"])
    assert "kim@narae.test" not in str(found["trace"])


def test_each_answer_carries_its_number_and_a_strangers_is_not_believed(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="dangol.access"):
        answer = Client().get("/login?secret=1", headers={"X-Request-ID": "i-chose-this-myself"})
    number = answer.headers["X-Request-ID"]
    assert len(number) == 36
    said = caplog.records[-1]
    assert (said.route, said.status, said.method) == ("login", 200, "GET")  # type: ignore[attr-defined]
    assert "secret" not in said.getMessage()


def test_the_proxys_number_is_kept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_PROXIES", "127.0.0.1")
    assert Client().get("/login", headers={"X-Request-ID": "abc-123456"}).headers["X-Request-ID"] == "abc-123456"
    odd = Client().get("/login", headers={"X-Request-ID": "no spaces, please"}).headers["X-Request-ID"]
    assert len(odd) == 36


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", "", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("127.0.0.1", "198.51.100.1:5555", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_our_proxies_say_who_asks(peer: str, chain: str, client: str) -> None:
    assert client_of(peer, chain, PROXY) == client


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_whatever_stands_in_the_chain_is_an_address_in_the_end(chain: str) -> None:
    from ipaddress import ip_address

    ip_address(client_of("127.0.0.1", chain, PROXY))


def test_sign_in_is_throttled_by_the_clients_own_address(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from dangol.platform.accounts.models import Attempt

    def fail(peer: str, chain: str) -> str:
        Client(REMOTE_ADDR=peer).post(
            "/login", {"email": "x@y.test", "password": "wrong"}, headers={"X-Forwarded-For": chain}
        )
        return str(Attempt.objects.filter(key__startswith="address ").latest("id").key.removeprefix("address "))

    assert fail("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    monkeypatch.setenv("DANGOL_PROXIES", "127.0.0.1")
    assert fail("127.0.0.1", "9.9.9.9, 198.51.100.1") == "198.51.100.1"
    assert fail("203.0.113.9", "198.51.100.1") == "203.0.113.9"


def test_a_stranger_cannot_claim_to_come_over_https(
    db: None, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dangol.platform.console.proxies import ProxyMiddleware

    seen: list[HttpRequest] = []
    watch = ProxyMiddleware(lambda request: seen.append(request))  # type: ignore[arg-type, func-returns-value]
    monkeypatch.setenv("DANGOL_PROXIES", "127.0.0.1")
    for peer in ("203.0.113.9", "127.0.0.1"):
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": "https", "SERVER_NAME": "x", "SERVER_PORT": "1"}
        watch(request)
    assert ["HTTP_X_FORWARDED_PROTO" in r.META for r in seen] == [False, True]


def test_logs_move_on_when_they_are_large_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(KEPT + 2):
            writer.write(f"{number}".encode() * 100)
            assert rotate(tmp_path, largest=50) == ["web.log"]
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert len(list(tmp_path.iterdir())) == KEPT + 1
    assert (tmp_path / "web.log.1").read_bytes()[:1] == str(KEPT + 1).encode()
    assert rotate(tmp_path, largest=50) == []


def test_with_a_server_words_go_to_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert not is_to_stderr()
    monkeypatch.setenv("DATABASE_URL", "postgresql://x/y")
    assert is_to_stderr()
    monkeypatch.setenv("DANGOL_LOG_TO", "files")
    assert not is_to_stderr()


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("SELECT  1,\n 2", "SELECT ?, …"),
        ("WHERE id IN (%s, %s, %s) AND n = %s", "WHERE id IN (?, …) AND n = ?"),
        ("INSERT INTO t VALUES (%s, %s), (%s, %s)", "INSERT INTO t VALUES (?, …), …"),
        ("INSERT INTO t VALUES (%s, %s::int[]), (%s, %s::int[])", "INSERT INTO t VALUES (?, …), …"),
        ("WHERE name = 'O''Brien' AND t.c1 > 5.5", "WHERE name = ? AND t.c1 > ?"),
        ("/* by kim */ SELECT $$secret$$", "SELECT ?"),
        ('SELECT "T3"."id" LIMIT 21', 'SELECT "T3"."id" LIMIT ?'),
    ],
)
def test_statements_are_counted_without_their_values(sql: str, kept: str) -> None:
    assert normalised(sql) == kept


def test_a_statement_cut_in_a_text_shows_nothing_of_it() -> None:
    assert "secret" not in normalised("SELECT '" + "secret " * 5000)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 100_000), min_size=1, max_size=60))
def test_percentiles_lie_within_the_bucket_of_the_true_value(values: list[float]) -> None:
    buckets = empty()
    for value in values:
        buckets[bucket_of(value)] += 1
    for share in (0.5, 0.95):
        true = sorted(values)[max(0, -(-int(share * 1000) * len(values) // 1000) - 1)]
        found = percentile(buckets, share, max(values))
        place = bucket_of(true)
        low = LIMITS[place - 1] if place else 0
        high = LIMITS[place] if place < len(LIMITS) else max(values)
        assert low <= found <= max(high, max(values))
        assert found <= max(values)


def test_a_job_leaves_a_line_with_its_number_and_outcome(db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="dangol.jobs"):
        with watched("mail.send", 42):
            pass
        with pytest.raises(ValueError), watched("mail.send", 43):
            raise ValueError
    assert [(r.job_id, r.outcome) for r in caplog.records[-2:]] == [(42, "done"), (43, "failed")]  # type: ignore[attr-defined]
