"""The firms that buy: cafés, offices, places to stay and to eat."""

from __future__ import annotations

from typing import NamedTuple

from numpy.random import Generator

from dangol.config.demo.generator.chance import Urn, pick
from dangol.config.demo.generator.names import ascii_word
from dangol.config.demo.generator.phones import OFFICE
from dangol.config.demo.generator.places import ABROAD, CITIES, STREETS, City, city_abroad, korean_address
from dangol.config.demo.generator.romanization import word
from dangol.config.demo.generator.words import Language, Words, listed, pairs

_FIRST = listed(
    "나래 바다 솔밭 달무리 온새 가람 여울 한들 마루 다온 새봄 이랑 윤슬 너울 보리 토담 미르 산마루 하늘채 별담 "
    "도담 늘봄 아라 다솜 해담 초롱 모루 두레 가온 물빛 소담 나무결 들꽃 바람골 까치 참새 동백 모과 은하 호롱"
)


class Trade(NamedTuple):
    """A line of business with its share and the second words of its firms' names."""

    industry: Words
    share: float
    seconds: tuple[Words, ...]


TRADES: tuple[Trade, ...] = (
    Trade(Words("Café", "카페"), 0.52, pairs(
        "Coffee/커피|Bakehouse/베이크하우스|Café/카페|Coffee Bar/커피바|Dessert/디저트|Book Café/북카페")),
    Trade(Words("Office", "사무실"), 0.28, pairs(
        "Studio/스튜디오|Labs/랩스|Design/디자인|Works/웍스|Architects/건축사무소|Publishing/출판사")),
    Trade(Words("Hotel", "숙박"), 0.12, pairs("Stay/스테이|Hotel/호텔|Guesthouse/게스트하우스|Hanok Stay/한옥스테이")),
    Trade(Words("Restaurant", "음식점"), 0.08, pairs("Kitchen/키친|Table/테이블|Brunch/브런치")),
)  # fmt: skip
_ABROAD_FIRMS = (
    ("JP", "灯り珈琲"), ("JP", "Kissa Tomoshibi"), ("JP", "Komorebi Works"), ("US", "Lanternwick Coffee"),
    ("US", "Second Ember Café"), ("US", "Quillstone Studio"), ("DE", "Rösterei Kesselblume"), ("DE", "Nachtlicht Café"),
    ("FR", "Café Braise-Bleue"), ("NL", "Koffiehuis De Lantaarn"), ("GB", "Thistle & Kettle"), ("AU", "Wattlebrew"),
    ("SG", "Emberbean House"), ("CA", "Birchember Café"),
)  # fmt: skip
_LATIN = {"灯り珈琲": "akari-coffee"}


class Firm(NamedTuple):
    """A firm before it has an owner among the staff."""

    name: str
    domain: str
    number: str
    industry: Words
    country: str
    city: Words
    address: str
    phone: str
    is_south: bool


def invent_firms(count: int, language: Language, chance: Generator) -> list[Firm]:
    """Return `count` firms, the last few abroad; no two share a name or a web address."""
    at_home = count - len(_ABROAD_FIRMS)
    kinds = Urn(TRADES, [t.share for t in TRADES])
    cities = Urn(CITIES, [c.weight for c in CITIES])
    firms: dict[str, Firm] = {}
    while len(firms) < at_home:
        trade, city = kinds.at(chance.random()), cities.at(chance.random())
        first, second = pick(_FIRST, chance.random()), pick(trade.seconds, chance.random())
        firm = _korean_firm(len(firms), trade, city, first, second, language, chance)
        firms.setdefault(firm.domain, firm)
    abroad = [_foreign_firm(country, name, chance) for country, name in _ABROAD_FIRMS[:count]]
    return [*firms.values(), *abroad]


def _korean_firm(
    n: int, trade: Trade, city: City, first: str, second: Words, language: Language, chance: Generator
) -> Firm:
    district, street = pick(city.districts, chance.random()), pick(STREETS, chance.random())
    name = Words(f"{word(first)} {second.en}", f"{first} {second.ko}").told(language)
    label = _web_name(f"{word(first)} {second.en}")
    address = korean_address(district, street, int(chance.integers(2, 190)), 0, district, language)
    number = f"000-{pick(('81', '86', '87', '12'), chance.random())}-{n + 1:05d}"
    phone = OFFICE[1](n * 7 + 3)
    return Firm(name, f"{label}.test", number, trade.industry, "KR", city.name, address, phone, city.is_south)


def _foreign_firm(country: str, name: str, chance: Generator) -> Firm:
    cities, streets = ABROAD[country]
    city = pick(cities, chance.random())
    label = _LATIN.get(name) or _web_name(name)
    address = pick(streets, chance.random()).format(int(chance.integers(2, 190)))
    trade = TRADES[1] if "Works" in name or "Studio" in name else TRADES[0]
    return Firm(name, f"{label}.test", "", trade.industry, country, city_abroad(city), address, "", False)


def _web_name(name: str) -> str:
    return "-".join(part for part in map(ascii_word, name.split()) if part)
