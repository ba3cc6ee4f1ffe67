"""The data maker: fills a house with companies, people, their tiers, orders and touches, by statements of SQL alone.

Rows are made of their number, so that two runs hold the same and a benchmark knows what it asks for: person `i` has
the customer number `C<i>`, the e-mail `c<i>@bench.test` and the phone `+8210<i, eight digits>`.
"""

from typing import Any

PEOPLE = 1_000_000
COMPANIES = 20_000
INDUSTRIES = ("Retail", "Coffee", "Books", "Hotels", "Schools", "Clinics", "Software", "Logistics")


def companies(cursor: Any, count: int = COMPANIES) -> None:
    """Companies in eight industries and 300 cities, all of the first member of staff."""
    cursor.execute(
        "INSERT INTO customers_company (name, industry, city, country, owner_id)"
        " SELECT 'Company ' || i, (%s::text[])[1 + i %% 8], 'City ' || i %% 300, 'KR',"
        " (SELECT min(id) FROM accounts_user) FROM generate_series(1, %s) i",
        [list(INDUSTRIES), count],
    )


def people(cursor: Any, count: int = PEOPLE, *, companies: int = COMPANIES, is_owned: bool = True) -> None:
    """People with Korean names of three syllables; every third in a company, every fifth in Britain."""
    cursor.execute(
        "INSERT INTO customers_person"
        " (customer_number, name, latin_name, email, phone, city, country, company_id, owner_id)"
        " SELECT 'C' || i, chr((44032 + (i::bigint * 7919) %% 11172)::int)"
        " || chr((44032 + (i::bigint * 104729) %% 11172)::int) || chr(44032 + i %% 11172), 'Kim ' || i,"
        " 'c' || i || '@bench.test', '+8210' || lpad(i::text, 8, '0'), 'City ' || i %% 300,"
        " CASE WHEN i %% 5 = 0 THEN 'GB' ELSE 'KR' END, CASE WHEN i %% 3 = 0 THEN 1 + i %% %s END,"
        " CASE WHEN %s THEN (SELECT min(id) FROM accounts_user) END FROM generate_series(1, %s) i",
        [companies, is_owned, count],
    )


def tiers(cursor: Any) -> None:
    """The figures of nine people in ten: two of ten on top, five in the middle, two at the bottom."""
    cursor.execute(
        "INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months,"
        " first_order_on, last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money, segment)"
        " SELECT id, CASE WHEN id % 10 < 2 THEN 'top' WHEN id % 10 < 7 THEN 'middle' ELSE 'bottom' END, id,"
        " (id * 7919) % 1000003, (id * 104729) % 1000003, (id * 7919) % 1000003, array_fill(1.0, ARRAY[12]),"
        " '2025-01-01', '2026-10-01', 3, 3, id % 97 = 0, 3, 3, 3, 'loyal' FROM customers_person WHERE id % 10 <> 9"
    )


def orders(cursor: Any, count: int = PEOPLE) -> None:
    """Orders of two years, spread over the people; order `i` has the number `N<i>`."""
    cursor.execute(
        "INSERT INTO purchases_order (source, number, person_id, ordered_at, country, currency, rate, amount, value,"
        " line_count) SELECT 'shop', 'N' || i, 1 + (i * 7919) % (SELECT max(id) FROM customers_person),"
        " '2026-11-01'::timestamptz - make_interval(mins => (i % 1051200)::int), 'KR', 'KRW', 1,"
        f" 10000 + i % 90000, 10000 + i % 90000, 1 FROM generate_series(1, {int(count)}::bigint) i"
    )


def touches(cursor: Any, person_id: int, count: int = 10_000) -> None:
    """A long story of one person: half changes of the record, half orders."""
    cursor.execute(
        "INSERT INTO event (id, name, subject, subject_id, about_id, actor_kind, actor_name, reason, source,"
        " request_id, version, occurred_at, changes, payload)"
        " SELECT gen_random_uuid(), 'person.changed', 'person', %s, %s, 'user', 'Kim', '', 'screen', '', 1,"
        " '2026-11-01'::timestamptz - make_interval(hours => i), '{\"city\": [\"Seoul\", \"Busan\"]}', '{}'"
        " FROM generate_series(1, %s) i",
        [person_id, person_id, count // 2],
    )
    cursor.execute(
        "INSERT INTO purchases_order (source, number, person_id, ordered_at, country, currency, rate, amount, value,"
        " line_count) SELECT 'touch', 'T' || i, %s, '2026-11-01'::timestamptz - make_interval(hours => i), 'KR', 'KRW',"
        " 1, 10000, 10000, 1 FROM generate_series(1, %s) i",
        [person_id, count - count // 2],
    )


def everybody(owner: Any, *, with_tiers: bool = False) -> Any:
    """The usual house: an administrator (who is returned), companies, a million people, their tiers if asked for."""
    user = administrator()
    with owner.cursor() as cursor:
        companies(cursor)
        people(cursor)
        if with_tiers:
            tiers(cursor)
        settle(cursor)
    return user


def settle(cursor: Any) -> None:
    """What autovacuum does in the hours after a big load."""
    cursor.execute("VACUUM ANALYZE")


def administrator(email: str = "admin@bench.test") -> Any:
    """An administrator to ask as."""
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import create_user, ensure_builtin_roles

    system = Actor.system("benchmark")
    ensure_builtin_roles(actor=system)
    return create_user(actor=system, email=email, name="Admin", roles=["administrator"])
