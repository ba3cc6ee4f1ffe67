from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from dangol.config.demo.generator.catalogue import ARTICLES
from dangol.config.demo.generator.classes import NEW, SHARES, SLIPPING
from dangol.config.demo.generator.festivals import festivals
from dangol.config.demo.generator.invent import DemoCompany, invent
from dangol.config.demo.generator.phones import is_harmless
from dangol.config.demo.generator.rates import foreign_price
from dangol.config.demo.generator.romanization import given_name, word
from dangol.core.customers.contact_points.rules import clean_email, clean_phone

TODAY = date(2026, 11, 22)


@cache
def company(language: str = "en") -> DemoCompany:
    return invent(TODAY, language=language)  # type: ignore[arg-type]


def days_of_orders(found: DemoCompany) -> dict[str, list[date]]:
    days = defaultdict(list)
    for order in found.book.orders:
        if order.person is not None and order.kind == "order":
            days[found.people[order.person].customer_number].append(order.ordered_at.date())
    return days


def worth(found: DemoCompany) -> list[Decimal]:
    total: dict[int, Decimal] = defaultdict(Decimal)
    for order in found.book.orders:
        if order.person is not None:
            total[order.person] += order.value
    return sorted(total.values(), reverse=True)


def test_the_same_day_gives_the_same_company_again():
    assert invent(TODAY, customers=400) == invent(TODAY, customers=400)


def test_another_seed_gives_another_company():
    assert invent(TODAY, customers=400) != invent(TODAY, customers=400, seed=7)


def test_people_stay_who_they_are_on_another_day():
    later = invent(TODAY + timedelta(days=40), customers=400)
    assert [p.name for p in later.people] == [p.name for p in invent(TODAY, customers=400).people]


def test_the_company_is_as_large_as_promised():
    found = company()
    assert len(found.people) == 5_000
    assert len(found.companies) == 250
    assert 60 <= len(found.products) <= 75
    assert 40_000 <= len(found.book.orders) <= 60_000
    assert 95_000 <= len(found.book.lines) <= 140_000


def test_each_class_has_its_share_of_customers():
    counts = Counter(company().planted.values())
    assert {name: counts[name] / 5_000 for name in SHARES} == pytest.approx(SHARES, abs=0.001)


def test_the_best_fifth_brings_two_thirds_to_four_fifths_of_revenue():
    ranked = worth(company())
    assert 0.65 <= sum(ranked[: len(ranked) // 5]) / sum(ranked) <= 0.80


def test_orders_end_yesterday_and_begin_two_years_ago():
    days = [order.ordered_at.date() for order in company().book.orders]
    assert (min(days), max(days)) == (TODAY - timedelta(days=730), TODAY - timedelta(days=1))


def test_those_who_slip_away_are_among_the_best_and_overdue_by_more_than_half_a_gap():
    found = company()
    fifth = worth(found)[1_000]
    for number, days in days_of_orders(found).items():
        if found.planted[number] == SLIPPING:
            gaps = sorted((b - a).days for a, b in pairwise(days))
            assert (TODAY - days[-1]).days > 1.4 * gaps[len(gaps) // 2] - 2
    slipping = {i for i, p in enumerate(found.people) if found.planted[p.customer_number] == SLIPPING}
    total: dict[int, Decimal] = defaultdict(Decimal)
    for order in found.book.orders:
        if order.person in slipping:
            total[order.person] += order.value
    assert sum(v >= fifth for v in total.values()) >= 0.9 * len(slipping)


def test_classes_order_as_their_names_say():
    days, planted = days_of_orders(company()), company().planted
    silence = {n: (TODAY - d[-1]).days for n, d in days.items()}
    assert all(len(days[n]) == 1 for n, kind in planted.items() if kind == "one_time")
    assert not any(n in days for n, kind in planted.items() if kind == "prospect")
    assert all(silence[n] > 75 for n, kind in planted.items() if kind == "lapsing")
    assert all((TODAY - days[n][0]).days <= 43 for n, kind in planted.items() if kind == NEW)
    loyal = [silence[n] for n, kind in planted.items() if kind == "loyal"]
    assert sum(s < 60 for s in loyal) > 0.97 * len(loyal)


def test_growing_customers_order_more_often_towards_the_end():
    days, planted = days_of_orders(company()), company().planted
    growing = [days[n] for n, kind in planted.items() if kind == "growing" and len(days[n]) >= 8]
    gaps = [[(b - a).days for a, b in pairwise(own)] for own in growing]
    assert sum(sum(g[:3]) > sum(g[-3:]) for g in gaps) > 0.97 * len(gaps) > 100


def test_seasonal_customers_order_in_the_weeks_before_a_festival():
    near = [day for _, day in festivals(TODAY - timedelta(days=730), TODAY)]
    for number, days in days_of_orders(company()).items():
        if company().planted[number] == "seasonal":
            assert all(any(0 < (f - d).days <= 19 for f in near) for d in days)


def test_every_address_ends_in_test_and_is_one_person_s():
    emails = [p.email for p in company().people if p.email]
    assert all(e.endswith(".test") and clean_email(e) == e for e in emails)
    assert len(set(emails)) == len(emails)
    assert all(c.website.endswith(".test") for c in company().companies)
    assert all(m.address.endswith(".test") for m in company().members)


def test_no_phone_number_can_be_real_and_all_are_kept_as_given():
    phones = [p.phone for p in company().people if p.phone] + [c.phone for c in company().companies if c.phone]
    assert len(set(phones)) == len(phones) > 4_000
    assert all(is_harmless(p) and clean_phone(p) == p for p in phones)
    assert not is_harmless("+821012345678")
    assert not is_harmless("+12125551234")


def test_four_fifths_are_korean_with_surnames_as_common_as_in_life():
    korean = [p for p in company().people if p.language == "ko"]
    assert 0.77 <= len(korean) / 5_000 <= 0.83
    assert 0.19 <= sum(p.name.startswith("김") for p in korean) / len(korean) <= 0.24
    assert all(p.latin_name.isascii() and " " in p.latin_name for p in korean)


def test_korean_text_is_whole_syllables_and_nothing_else():
    found = company("ko")
    for person in found.people:
        if person.language == "ko":
            assert all("가" <= letter <= "힣" for letter in person.name), person.name
    texts = [p.name + p.category for p in found.products] + [p.city + p.address for p in found.people]
    texts += [c.name + c.industry + c.address for c in found.companies]
    assert not any(broken in text for text in texts for broken in ("�", "?", "{", "  ", "/", "|"))
    assert found.name == "화로커피"


def test_the_korean_company_is_the_english_one_in_other_words():
    english, korean = company("en"), company("ko")
    assert [o[:4] + o[6:11] for o in korean.book.orders] == [o[:4] + o[6:11] for o in english.book.orders]
    assert korean.products[0].name == "에티오피아 예가체프 200g"
    assert english.products[0].name == "Ethiopia Yirgacheffe, 200 g"


def test_names_are_romanised_as_people_write_them():
    assert [given_name(n) for n in ("지우", "성훈", "은채", "소율", "하람")] == [
        "Jiwoo", "Seonghun", "Eunchae", "Soyul", "Haram",
    ]  # fmt: skip
    assert word("새싹") == "Saessak"


def test_lines_add_up_to_their_orders_exactly():
    orders, lines = company().book
    amounts, values, counts = [Decimal(0)] * len(orders), [Decimal(0)] * len(orders), Counter()
    for line in lines:
        assert line.amount == line.quantity * line.unit_price
        amounts[line.order] += line.amount
        values[line.order] += line.value
        counts[line.order] += 1
    assert amounts == [o.amount for o in orders]
    assert values == [o.value for o in orders]
    assert [counts[i] for i in range(len(orders))] == [o.line_count for o in orders]


def test_values_fit_the_four_places_in_which_they_are_kept():
    assert all(o.value == o.amount * o.rate == o.value.quantize(Decimal("0.0001")) for o in company().book.orders)


def test_some_orders_are_in_other_currencies_at_a_rate_known_on_that_day():
    known = {(r.currency, r.on): r.rate for r in company().rates}
    foreign = [o for o in company().book.orders if o.currency != "KRW"]
    assert {o.currency for o in foreign} == {"USD", "EUR", "JPY"}
    assert all(known[o.currency, o.rate_on] == o.rate and o.rate_on <= o.ordered_at.date() for o in foreign)
    assert foreign_price(14_000, "JPY") == Decimal(1560)


def test_refunds_follow_an_order_of_the_same_customer():
    orders = {o.number: o for o in company().book.orders}
    refunds = [o for o in orders.values() if o.kind == "cancellation"]
    assert 800 < len(refunds) < 2_000
    for refund in refunds:
        original = orders[refund.number.removesuffix("-R")]
        assert 0 < -refund.amount <= original.amount
        assert (refund.person, refund.currency) == (original.person, original.currency)
        assert refund.ordered_at > original.ordered_at


def test_numbers_are_given_once():
    orders = [(o.source, o.number) for o in company().book.orders]
    assert len(set(orders)) == len(orders)
    codes = [p.code for p in company().products]
    assert len(set(codes)) == len(codes) == len(ARTICLES) + 4
    firms = [c.registration_number for c in company().companies if c.registration_number]
    assert len(set(firms)) == len(firms)


def test_the_best_customers_have_owners_in_both_sales_teams():
    owners = Counter(p.owner for p in company().people)
    assert owners[""] > 3_500
    assert min(owners[m.address] for m in company().members if m.role == "sales") > 100


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2031, 12, 31), date(2045, 6, 15)])
def test_any_day_will_do(today: date):
    found = invent(today, customers=300)
    assert max(o.ordered_at.date() for o in found.book.orders) < today
