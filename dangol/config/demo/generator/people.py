"""The customers: who they are, where they live, how they are reached, for which firm they buy."""

from __future__ import annotations

from typing import NamedTuple

from dangol.config.demo.generator import phones
from dangol.config.demo.generator.chance import Urn, pick, stream
from dangol.config.demo.generator.firms import Firm
from dangol.config.demo.generator.names import Identity, invent_foreigner, invent_korean
from dangol.config.demo.generator.places import ABROAD, BUILDINGS, CITIES, STREETS, city_abroad, korean_address
from dangol.config.demo.generator.words import Language, pairs

KOREAN_SHARE = 0.80
NAMES_TRIED = 12
EMAIL_SHARE, PHONE_SHARE = 0.95, 0.90
_HOMES_OF_FOREIGNERS = {
    "KR": 44, "JP": 18, "US": 13, "DE": 6, "FR": 4, "GB": 4, "AU": 3, "NL": 2, "CA": 2, "SG": 2, "IT": 1, "SE": 1
}  # fmt: skip
_NATIONS_IN_KOREA = {
    "US": 18, "CN": 14, "JP": 10, "VN": 8, "GB": 8, "CA": 7, "FR": 5, "DE": 5, "IN": 5, "PH": 5, "UZ": 5, "AU": 4,
    "GH": 2, "IE": 2, "IT": 2,
}  # fmt: skip
_MAIL = ("namu.test", "haneul.test", "post.test", "inbox.test", "bada.test", "letters.test")
_TITLES = {
    "Café": pairs("Owner/대표|Head barista/수석 바리스타|Manager/점장"),
    "Office": pairs("Office manager/총무팀장|Buyer/구매 담당|Assistant/경영지원"),
    "Hotel": pairs("F&B manager/식음팀장|General manager/총지배인|Buyer/구매 담당"),
    "Restaurant": pairs("Owner/대표|Chef/셰프"),
}
_SOURCES = pairs("Web shop/온라인몰|Store/매장|Referral/지인 소개|Social media/SNS|Coffee fair/커피 박람회|Search/검색")
_SOURCE_WEIGHTS = (46, 18, 13, 12, 5, 6)
_SOURCE_WEIGHTS_ABROAD = (58, 0, 14, 14, 4, 10)


class Customer(NamedTuple):
    """A customer before the first order."""

    number: str
    kind: str
    identity: Identity
    email: str
    phone: str
    firm: int | None
    job_title: str
    country: str
    city: str
    address: str
    source: str
    is_south: bool

    @property
    def is_buyer(self) -> bool:
        """Whether this one buys for a firm."""
        return self.firm is not None


class Home(NamedTuple):
    """Where somebody lives."""

    country: str
    city: str
    address: str
    is_south: bool


def invent_customers(
    classes: list[str], firms: list[Firm], buyers: list[int], language: Language, seed: int
) -> list[Customer]:
    """Return one customer for each class; `buyers` are the places of those who buy for the firms, one firm each."""
    firm_of = {place: i for i, place in enumerate(buyers[: len(firms)])}
    maker = _Maker(firms, language, seed)
    return [maker.customer(i, kind, firm_of.get(i)) for i, kind in enumerate(classes)]


class _Maker:
    """Holds the streams of chance and what is taken already."""

    def __init__(self, firms: list[Firm], language: Language, seed: int) -> None:
        self.firms, self.language = firms, language
        self.names, self.homes, self.contacts = (stream(seed, s) for s in ("names", "homes", "contacts"))
        self.taken: set[str] = set()
        self.foreigners: set[str] = set()
        self.phones = {c: self.contacts.permutation(n).tolist() for c, (n, _) in phones.RANGES.items()}
        self.lands = Urn(tuple(_HOMES_OF_FOREIGNERS), _HOMES_OF_FOREIGNERS.values())
        self.nations = Urn(tuple(_NATIONS_IN_KOREA), _NATIONS_IN_KOREA.values())
        self.cities = Urn(CITIES, [c.weight for c in CITIES])
        self.sources = Urn(_SOURCES, _SOURCE_WEIGHTS)
        self.sources_abroad = Urn(_SOURCES, _SOURCE_WEIGHTS_ABROAD)

    def customer(self, place: int, kind: str, firm_place: int | None) -> Customer:
        firm = None if firm_place is None else self.firms[firm_place]
        country, nation = self._country_and_nation(firm)
        who = invent_korean(self.names) if nation == "KR" else self._foreigner(nation)
        home = self._home_of(firm, country)
        titles = _TITLES[firm.industry.en] if firm else ()
        sources = self.sources if home.country == "KR" else self.sources_abroad
        return Customer(
            number=f"HW-{place + 1:06d}",
            kind=kind,
            identity=who,
            email=self._email(who, firm),
            phone=self._phone(home.country),
            firm=firm_place,
            job_title=pick(titles, self.contacts.random()).told(self.language) if titles else "",
            country=home.country,
            city=home.city,
            address=home.address,
            source=sources.at(self.contacts.random()).told(self.language),
            is_south=home.is_south,
        )

    def _foreigner(self, nation: str) -> Identity:
        """Somebody whose name is not taken yet, as far as the small stock of the nation goes."""
        for _ in range(NAMES_TRIED):
            who = invent_foreigner(nation, self.names)
            if who.name not in self.foreigners:
                break
        self.foreigners.add(who.name)
        return who

    def _country_and_nation(self, firm: Firm | None) -> tuple[str, str]:
        if firm and firm.country != "KR":
            return firm.country, firm.country
        if self.names.random() < KOREAN_SHARE:
            return "KR", "KR"
        country = "KR" if firm else self.lands.at(self.names.random())
        return (country, self.nations.at(self.names.random())) if country == "KR" else (country, country)

    def _home_of(self, firm: Firm | None, country: str) -> Home:
        if firm:
            return Home(firm.country, firm.city.told(self.language), firm.address, firm.is_south)
        return self._korean_home() if country == "KR" else self._home_abroad(country)

    def _korean_home(self) -> Home:
        u = self.homes.random(4)
        city = self.cities.at(u[0])
        number, floor, door = self.homes.integers(1, (180, 20, 9)).tolist()
        flat = floor * 100 + door if u[3] < 0.7 else 0
        building = pick(BUILDINGS, self.homes.random())
        place = pick(city.districts, u[1])
        address = korean_address(place, pick(STREETS, u[2]), number, flat, building, self.language)
        return Home("KR", city.name.told(self.language), address, city.is_south)

    def _home_abroad(self, country: str) -> Home:
        cities, streets = ABROAD[country]
        city = pick(cities, self.homes.random())
        address = pick(streets, self.homes.random()).format(int(self.homes.integers(1, 240)))
        return Home(country, city_abroad(city).told(self.language), address, False)

    def _email(self, who: Identity, firm: Firm | None) -> str:
        has_one, style, digits, place = self.contacts.random(4)
        if firm is None and has_one >= EMAIL_SHARE:
            return ""
        given, family = who.given_ascii, who.family_ascii
        local = (f"{given}.{family}", f"{given}{family}", f"{family}.{given}", f"{given}_{family[:1]}")[int(style * 4)]
        domain = firm.domain if firm else pick(_MAIL, place)
        number = 60 + int(digits * 39)
        email = f"{local}@{domain}"
        while email in self.taken:
            email, number = f"{local}{number}@{domain}", number + 1
        self.taken.add(email)
        return email

    def _phone(self, country: str) -> str:
        stock = self.phones.get(country)
        if not stock or self.contacts.random() >= PHONE_SHARE:
            return ""
        return phones.number(country, stock.pop())
