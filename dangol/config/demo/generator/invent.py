"""The whole invented company, ready to be stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from dangol.config.demo.generator import rates as rate_data
from dangol.config.demo.generator.campaigns import PastCampaign, hold_campaigns
from dangol.config.demo.generator.catalogue import ARTICLES, FEES
from dangol.config.demo.generator.chance import stream
from dangol.config.demo.generator.classes import LAPSING, LOYAL, SLIPPING, buyers_for_firms, planted_classes
from dangol.config.demo.generator.consents import ConsentRow, sign_up
from dangol.config.demo.generator.firms import Firm, invent_firms
from dangol.config.demo.generator.orders import SEOUL, SPAN_DAYS, Draft, draft_orders, draft_refunds
from dangol.config.demo.generator.people import Customer, invent_customers
from dangol.config.demo.generator.rows import CompanyRow, OrderRow, PersonRow, ProductRow, RateRow
from dangol.config.demo.generator.staff import MEMBERS, SELLERS, TEAMS, Member, Team
from dangol.config.demo.generator.words import Language, Words
from dangol.config.demo.generator.writing import Book, write_orders

SEED = 20_231_117
NAME = Words("Hwaro Coffee", "화로커피")
EMAIL, PHONE = "hello@hwaro.test", "02-6000-0100"
ADDRESS = Words("12 Yeonmujang-gil, Seongdong-gu, Seoul", "서울특별시 성동구 연무장길 12")
CURRENCY, COUNTRY, TIME_ZONE = "KRW", "KR", "Asia/Seoul"
CUSTOMERS, FIRMS = 5_000, 250
OWNED_SHARE = 0.22


@dataclass(frozen=True)
class DemoCompany:
    """Everything that is loaded. `planted` tells for each customer number the class it was made from."""

    today: date
    language: Language
    name: str
    products: list[ProductRow]
    companies: list[CompanyRow]
    people: list[PersonRow]
    book: Book
    rates: list[RateRow]
    planted: dict[str, str]
    consents: list[ConsentRow]
    campaigns: list[PastCampaign]
    teams: tuple[Team, ...] = TEAMS
    members: tuple[Member, ...] = MEMBERS


def invent(
    today: date,
    *,
    language: Language = "en",
    customers: int = CUSTOMERS,
    seed: int = SEED,
    ids: Sequence[int] | None = None,
) -> DemoCompany:
    """Invent the company as it stands on the morning of `today`: the same every time for the same arguments.

    `language` is that of names of places, products and firms; people's names are written as they write them. `ids` are
    the keys under which the customers will be stored (default: 1, 2, ...): by them campaigns were split into groups.
    """
    classes = planted_classes(customers, stream(seed, "classes"))
    firms = invent_firms(max(20, FIRMS * customers // CUSTOMERS), language, stream(seed, "firms"))
    buyers = buyers_for_firms(classes, len(firms), stream(seed, "contacts"))
    who = invent_customers(classes, firms, buyers, language, seed)
    orders = draft_orders(who, [firms[c.firm].industry.en if c.firm is not None else "" for c in who], today, seed)
    products = _products(language)
    since = _since(who, orders, today, seed)
    consents = sign_up([(c.email, c.phone) for c in who], since, today, seed)
    campaigns, orders = hold_campaigns(who, ids or range(1, len(who) + 1), orders, consents, today, seed)
    book = write_orders(orders, draft_refunds(orders, today, seed), products, today, language)
    owners = _owners(who, book.orders)
    people = [_person(c, owners[i], since[i]) for i, c in enumerate(who)]
    return DemoCompany(
        today=today,
        language=language,
        name=NAME.told(language),
        products=products,
        companies=_companies(firms, people, language),
        people=people,
        book=book,
        rates=_rates(today),
        planted={c.number: c.kind for c in who},
        consents=consents.rows,
        campaigns=campaigns,
    )


def _products(language: Language) -> list[ProductRow]:
    return [
        ProductRow(a.code, a.name.told(language), kind, a.category.told(language), Decimal(a.price))
        for kind, articles in (("goods", ARTICLES), ("fee", FEES))
        for a in articles
    ]


def _rates(today: date) -> list[RateRow]:
    known = rate_data.monthly_rates(today)
    return [RateRow(c, CURRENCY, on, rate) for c, months in known.items() for on, rate in months.items()]


def _owners(who: list[Customer], orders: list[OrderRow]) -> list[str]:
    """Give the best customers and all firms' buyers an owner, in turn, near to where they live."""
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for order in orders:
        if order.person is not None:
            worth[order.person] += order.value
    ranked = sorted(worth, key=lambda place: (-worth[place], place))
    best = set(ranked[: int(OWNED_SHARE * len(ranked))])
    owners, turn = [""] * len(who), {"seoul": 0, "busan": 0}
    for place in ranked:
        customer = who[place]
        if place in best or customer.is_buyer:
            team = "busan" if customer.is_south or customer.country != "KR" else "seoul"
            owners[place] = SELLERS[team][turn[team] % len(SELLERS[team])]
            turn[team] += 1
    return owners


def _since(who: list[Customer], orders: list[Draft], today: date, seed: int) -> list[datetime]:
    """When each became known: with the first order, or before the history opens; prospects within the last year."""
    first: dict[int, datetime] = {}
    for order in orders:
        if order.person is not None:
            first.setdefault(order.person, order.ordered_at)
    opening = datetime(today.year, today.month, today.day, 9, tzinfo=SEOUL) - timedelta(days=SPAN_DAYS)
    draws = stream(seed, "classes").random(len(who))
    return [_known_at(c, first.get(i), opening, float(draws[i])) for i, c in enumerate(who)]


def _known_at(customer: Customer, first: datetime | None, opening: datetime, u: float) -> datetime:
    if first is None:
        return opening + timedelta(days=SPAN_DAYS - 2 - int(u * 330), minutes=int(u * 600))
    is_old = customer.kind in (LOYAL, LAPSING, SLIPPING) and first < opening + timedelta(days=45)
    return first - timedelta(days=30 + int(u * 900)) if is_old else first - timedelta(minutes=2 + int(u * 30))


def _person(c: Customer, owner: str, since: datetime) -> PersonRow:
    who = c.identity
    return PersonRow(
        c.number, who.name, who.latin_name, c.email, c.phone, c.firm, c.job_title, c.country, c.city, c.address,
        who.language, who.born_on, c.source, owner, since,
    )  # fmt: skip


def _companies(firms: list[Firm], people: list[PersonRow], language: Language) -> list[CompanyRow]:
    buyer = {p.company: p for p in people if p.company is not None}
    return [
        CompanyRow(
            f.name, f.number, f.industry.told(language), f"https://{f.domain}", f.phone, f.country,
            f.city.told(language), f.address, buyer[i].owner if i in buyer else "",
            buyer[i].created_at if i in buyer else min(p.created_at for p in people),
        )
        for i, f in enumerate(firms)
    ]  # fmt: skip
