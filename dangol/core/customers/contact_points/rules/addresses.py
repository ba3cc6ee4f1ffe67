"""Postal addresses: a Korean one taken apart into its parts, any one written in the order of its country.

Korean addresses follow 도로명주소법 (the road name address act) and its decree: region, district, road name and number,
then after a comma what lies inside (dong, floor, ho), then in brackets the legal dong and the name of the building;
older ones name the lot (지번) in place of the road. The order of others follows the Universal Postal Union's collection
of postal addressing systems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from dangol.core.customers.contact_points.rules.regions import BY_CODE, region_called, region_of_postcode

_GAP = re.compile(r"\s+")
_POSTCODE = re.compile(r"^\(?(?:우편번호|우)?\)?\s*[(\[]?(\d{5})[)\]]?(?=\D)[\s,]*|[\s,]+\(?(\d{5})\)?$")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_SPLIT_ROAD = re.compile(r"(로)\s+(\d+[가-하]?(?:번|가|나|다|라)?길)")
_ROAD = re.compile(r"^(\S*[가-힣](?:로|길)|\S*(?:로|길))\s*(지하)?\s*(\d+(?:-\d+)?)(?![\d가-힣])")
_LOT = re.compile(r"^(\S*[가-힣\d](?:동|리|가))\s*(산)?\s*(\d+(?:-\d+)?)(?:번지)?(?![\d가-힣])")
_DISTRICT = re.compile(r"[가-힣]+(?:시|군|구|읍|면)")
_INSIDE = re.compile(r"(?:^|\s)(?:제?([0-9]{1,4}|[가-힣A-Za-z]{1,2})동)?\s*(?:제?([A-Za-z]?\d{1,5})호)(?=\s|$)")
_DONG_ONLY = re.compile(r"(?:^|\s)([0-9]{1,4}|[A-Za-z])동(?=\s|$)")
_PAIR = re.compile(r"(?:^|\s)(\d{1,4})-(\d{2,5})(?=\s|$)")


@dataclass(frozen=True)
class Address:
    """The parts of an address, empty where unknown.

    `region` is an ISO 3166-2 code in Korea, else a name; `district` what lies between region and road (city, county,
    ward, town); `road` and `lot` with their numbers; `dong` and `ho` without these words; `lines` the street of other
    countries, several lines between newlines.
    """

    country: str = ""
    postcode: str = ""
    region: str = ""
    district: str = ""
    road: str = ""
    lot: str = ""
    building: str = ""
    dong: str = ""
    ho: str = ""
    detail: str = ""
    city: str = ""
    lines: str = ""

    def known(self) -> dict[str, str]:
        """Its parts that are not empty, by name."""
        return {name: value for name, value in asdict(self).items() if value}


NAMES = tuple(f.name for f in fields(Address))


def address_of(parts: Mapping[str, object]) -> Address:
    """An address of its parts by name; blanks folded, unknown names left out."""
    found = {n: str(parts.get(n) or "").replace("\x00", "").strip() for n in NAMES}
    lines = "\n".join(filter(None, (_GAP.sub(" ", line).strip(" ,") for line in found["lines"].splitlines())))
    return Address(**{**{n: _GAP.sub(" ", v) for n, v in found.items()}, "lines": lines})


def is_korean(text: str, country: str = "") -> bool:
    """Whether an address is to be read as a Korean one."""
    if country:
        return country == "KR"
    words = _POSTCODE.sub("", text.strip()).split()
    return bool(words) and bool(region_called(words[0])) and bool(re.search(r"[가-힣]", text))


def read_address(text: str, country: str = "") -> Address:
    """Take an address apart: Korean ones into all their parts, others into lines."""
    text = text.replace("\x00", "").strip()
    if is_korean(text, country) and re.search(r"[가-힣]", text):
        return read_korean(text)
    return address_of({"country": country, "lines": text})


def read_korean(text: str) -> Address:
    """Take a Korean address apart. What is not understood stays in `detail`; nothing is lost."""
    rest = _GAP.sub(" ", text.replace("，", ",")).strip()
    found: dict[str, str] = {"country": "KR"}
    rest = _take_postcode(rest, found)
    rest = _take_brackets(rest, found)
    rest = _take_places(rest, found)
    rest = _take_street(rest, found)
    _take_inside(rest, found)
    found.setdefault("region", region_of_postcode(found.get("postcode", "")))
    return address_of(found)


def written(address: Address) -> str:
    """The address on one line, in the order of its country."""
    if address.country == "KR" and not address.lines:
        return _korean(address)
    lines = address.lines.replace("\n", ", ")
    if address.country in _POSTCODE_FIRST:
        return _joined(lines, f"{address.postcode} {address.city}".strip(), address.region)
    if address.country in _LARGE_FIRST:
        return " ".join(filter(None, (address.postcode, address.region, address.city, lines)))
    if address.country in _POSTCODE_LAST:
        return _joined(lines, address.city, address.region, address.postcode)
    return _joined(lines, address.city, f"{address.region} {address.postcode}".strip())


_POSTCODE_FIRST = frozenset(
    ("AT", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IL", "IS", "IT", "LI", "LT",
     "LU", "MC", "MX", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR")
)  # fmt: skip
_LARGE_FIRST = frozenset(("CN", "JP", "KP", "KR", "TW"))
_POSTCODE_LAST = frozenset(("GB", "GG", "IM", "JE", "IE", "UA", "RU", "KZ"))


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _korean(address: Address) -> str:
    region = BY_CODE[address.region].full if address.region in BY_CODE else address.region
    head = " ".join(filter(None, (region, address.district or address.city, address.road or address.lot)))
    inside = " ".join(filter(None, (
        f"{address.dong}동" if address.dong else "", f"{address.ho}호" if address.ho else "", address.detail,
    )))  # fmt: skip
    if address.road:
        legal = address.lot
        bracket = _joined(legal, address.building)
        tail = f" ({bracket})" if bracket else ""
    else:
        inside = " ".join(filter(None, (address.building, inside)))
        tail = ""
    return f"{address.postcode} {_joined(head, inside)}{tail}".strip()


def _take_postcode(rest: str, found: dict[str, str]) -> str:
    match = _POSTCODE.search(rest)
    if match is None:
        return rest
    found["postcode"] = match.group(1) or match.group(2)
    return (rest[: match.start()] + " " + rest[match.end() :]).strip()


def _take_brackets(rest: str, found: dict[str, str]) -> str:
    match = _BRACKETS.search(rest)
    if match is None or not match.group(1).strip():
        return rest
    parts = [p.strip() for p in match.group(1).split(",") if p.strip()]
    if parts and re.fullmatch(r"\S*[가-힣\d](?:동|리|가)(?:\s*산?\s*\d+(?:-\d+)?)?", parts[0]):
        found["lot"] = parts.pop(0)
    if parts:
        found["building"] = ", ".join(parts)
    return rest[: match.start()].strip()


def _take_places(rest: str, found: dict[str, str]) -> str:
    words = rest.split(" ")
    if words and (code := region_called(words[0])):
        found["region"] = code
        words.pop(0)
    district: list[str] = []
    while words and _DISTRICT.fullmatch(words[0].rstrip(",")) and len(district) < 4:
        district.append(words.pop(0).rstrip(","))
    if district:
        found["district"] = " ".join(district)
    return " ".join(words)


def _take_street(rest: str, found: dict[str, str]) -> str:
    rest = _SPLIT_ROAD.sub(r"\1\2", rest)
    if match := _ROAD.match(rest):
        found["road"] = " ".join(filter(None, (match.group(1), match.group(2), match.group(3))))
        return rest[match.end() :].strip(" ,")
    if match := _LOT.match(rest):
        found["lot"] = " ".join(filter(None, (match.group(1), f"{match.group(2) or ''}{match.group(3)}")))
        return rest[match.end() :].strip(" ,")
    return rest


def _take_inside(rest: str, found: dict[str, str]) -> None:
    rest = rest.replace(",", " ")
    if match := _INSIDE.search(rest):
        found["dong"], found["ho"] = match.group(1) or "", match.group(2)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    elif match := _PAIR.search(rest):
        found["dong"], found["ho"] = match.group(1), match.group(2)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    elif match := _DONG_ONLY.search(rest):
        found["dong"] = match.group(1)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    rest = _GAP.sub(" ", rest).strip(" ,")
    if not rest:
        return
    if "building" not in found and "road" not in found and found.get("lot") and not re.search(r"\d", rest):
        found["building"] = rest
    else:
        found["detail"] = rest
