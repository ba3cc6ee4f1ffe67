"""The search box over a million people, 20,000 companies and a million orders: whole requests of the command menu."""

import time
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

TIMES = 20
STAFF = 50
AT_ONCE = 50_000
FAMILIES = (
    "김 Kim 20|이 Lee 14|박 Park 8|최 Choi 5|정 Jung 5|강 Kang 3|조 Cho 3|윤 Yoon 2|장 Jang 2|임 Lim 2|한 Han 2|오 Oh 2"
)
FIRST = "지 Ji|민 Min|서 Seo|하 Ha|도 Do|예 Ye|수 Su|현 Hyun|재 Jae|은 Eun|영 Young|성 Sung|태 Tae|유 Yu|시 Si|나 Na"
SECOND = (
    "우 woo|준 jun|연 yeon|윤 yoon|아 ah|현 hyun|호 ho|희 hee|진 jin|원 won|영 young|은 eun|빈 bin|정 jung|훈 hoon"
    "|미 mi"
)
DOMAINS = "gmail.com|gmail.com|gmail.com|naver.com|naver.com|daum.net|hanmail.net|kakao.com|outlook.com|company.co.kr"
FRAGMENTS = (
    "김", "kim", "010", "@", "gmail.com", "a", "1", "지우", "김지우", "kim jiwoo", "jiwoo", "co", "ㄱㅈㅇ", "mi kim",
    "zq", "010-1234", "1234", "N1234", "company 1", "jiwoo.kim4", "@company.co.kr",
)  # fmt: skip
SLIPS = ("김자우", "rlawldn", "kim jiwwo", "ㅏㅑㅡ ㅓㅑㅈㅐㅐ", "jiwoo@gmial.com", "copmany 17", "hyunwooo yonn")


def measure() -> dict[str, Measured]:
    """Fill a database of its own, make it findable as writes do, and ask as an administrator and as a sales person."""
    with house() as owner:
        admin = maker.administrator()
        seller = _staff()
        with owner.cursor() as cursor:
            maker.companies(cursor)
            _people(cursor)
            maker.orders(cursor)
        built, note = _remember(owner)
        with owner.cursor() as cursor:
            maker.settle(cursor)
            note += _sizes(cursor)
            numbers = _examples(cursor)
        return _ask({"administrator": admin, "sales": seller}, numbers, f"{built}; {note}")


def _staff() -> Any:
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.models import Role
    from dangol.platform.accounts.services import create_user

    system = Actor.system("benchmark")
    own = {"see": "own"}
    Role.objects.create(name="own", label="own", grants={"person": own, "order": own, "company": {"see": "all"}})
    made = [create_user(actor=system, email=f"s{i}@bench.test", name=f"Sales {i}", roles=["own"]) for i in range(STAFF)]
    return made[7]


def _people(cursor: Any) -> None:
    """A million people by the family names of Korea and their shares, each member of staff owning as many as others."""
    families = [word for entry in FAMILIES.split("|") for word in [entry.rsplit(" ", 1)[0]] * int(entry.split()[-1])]
    cursor.execute(
        "INSERT INTO customers_person (customer_number, name, latin_name, email, phone, country, owner_id)"
        " SELECT 'C' || i, f[1] || g[1] || h[1], f[2] || ' ' || g[2] || h[2],"
        " lower(g[2] || h[2] || '.' || f[2]) || i || '@' || (string_to_array(%s, '|'))[1 + i %% 10],"
        " '+8210' || lpad((i * 7919 %% 100000000)::text, 8, '0'), 'KR',"
        " (SELECT min(id) FROM accounts_user WHERE email LIKE 's%%') + i %% %s FROM (SELECT i,"
        " string_to_array((%s::text[])[1 + (i * 31 + i / 70) %% %s], ' ') f,"
        " string_to_array((string_to_array(%s, '|'))[1 + (i / 7) %% 16], ' ') g,"
        " string_to_array((string_to_array(%s, '|'))[1 + (i / 3 + i / 1000) %% 16], ' ') h"
        " FROM generate_series(1, %s::bigint) i) x",
        [DOMAINS, STAFF, families, len(families), FIRST, SECOND, maker.PEOPLE],
    )


def _remember(owner: Any) -> tuple[str, str]:
    """Make everything findable: the pieces by the house's own service, the index of pieces when all stand there."""
    from dangol.platform.objects.registry import object_type
    from dangol.platform.objects.writing import writer_of
    from dangol.platform.search.services import remember_many

    with owner.cursor() as cursor:
        cursor.execute("DROP INDEX search_by_piece")
    start, said = time.perf_counter(), []
    for name in ("company", "person", "order"):
        began = time.perf_counter()
        rows = object_type(name).model.objects.for_system("benchmark").order_by("pk")
        last = 0
        while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
            remember_many(name, ((r.pk, *writer_of(name).search(r)) for r in some))
            last = some[-1].pk
        said.append(f"{name} {time.perf_counter() - began:.0f} s")
    with owner.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("CREATE INDEX search_by_piece ON search_searchentry USING gin (pieces) WITH (fastupdate = off)")
    said.append(f"index of pieces {time.perf_counter() - began:.0f} s")
    return f"made findable in {time.perf_counter() - start:.0f} s ({', '.join(said)})", ""


def _sizes(cursor: Any) -> str:
    cursor.execute(
        "SELECT pg_total_relation_size('search_searchentry'), pg_relation_size('search_by_piece'),"
        " pg_total_relation_size('search_searchword'), (SELECT count(*) FROM search_searchentry),"
        " (SELECT sum(pg_column_size(e.*)) / count(*) FROM search_searchentry e WHERE object_name = 'person')"
    )
    total, pieces, words, count, row = cursor.fetchone()
    return (
        f"{total / 1e6:,.0f} MB for {count:,} records, of these the index of pieces {pieces / 1e6:,.0f} MB, words"
        f" {words / 1e6:,.0f} MB; a person's row {row} bytes, all indexes {total / count:,.0f} bytes a record"
    )


def _examples(cursor: Any) -> list[str]:
    """A phone number, half of one, its last four digits, an e-mail and an order number that exist."""
    cursor.execute("SELECT phone, email, customer_number FROM customers_person WHERE id IN (1007, 500007, 900007)")
    found = []
    for phone, email, number in cursor.fetchall():
        local = "0" + phone[3:]
        found += [phone, f"{local[:3]}-{local[3:7]}-{local[7:]}", f"{local[3:7]}-{local[7:]}", local[-4:], email]
        found += [email[: email.index("@")], number]
    return [*found, "N900001"]


def _ask(staff: dict[str, Any], numbers: list[str], note: str) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    found: dict[str, list[tuple[float, str]]] = {"search": [], "search_forgiving": []}
    for who, user in staff.items():
        client = Client()
        client.force_login(user)
        wrong = numbers[1][:-1] + str((int(numbers[1][-1]) + 1) % 10)
        for row, texts in (("search", [*FRAGMENTS, *numbers]), ("search_forgiving", [*SLIPS, wrong])):
            for text in texts:
                found[row].append((_p95(client, text), f"{text} ({who})"))
    return {row: Measured(max(taken)[0], _told(taken) + (f". {note}" if row == "search" else ""))
            for row, taken in found.items()}  # fmt: skip


def _told(taken: list[tuple[float, str]]) -> str:
    slowest = ", ".join(f"{text} {ms:.0f} ms" for ms, text in sorted(taken, reverse=True)[:8])
    return (
        f"p95 of each of {len(taken)} searches, slowest: {slowest}; median {sorted(taken)[len(taken) // 2][0]:.0f} ms"
    )


def _p95(client: Any, text: str) -> float:
    address = "/_menu?" + urlencode({"q": text})
    client.get(address)
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = client.get(address, headers={"HX-Request": "true"})
        taken.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.status_code
    return quantiles(taken, n=20)[18]
