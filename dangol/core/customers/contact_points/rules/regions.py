"""The seventeen regions of Korea: what people call them, and how one is found in an address or a postcode.

Codes are those of ISO 3166-2:KR. Names are the official ones since 강원특별자치도 (2023) and 전북특별자치도 (2024).
Postcodes are the national basic district numbers (국가기초구역번호) of 2015, whose first two digits name the region.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Region:
    """A region: its short and its full Korean name, and its name in Latin letters."""

    code: str
    short: str
    full: str
    latin: str
    more: tuple[str, ...] = ()


REGIONS = (
    Region("KR-11", "서울", "서울특별시", "Seoul", ("서울시",)),
    Region("KR-26", "부산", "부산광역시", "Busan", ("부산시", "pusan")),
    Region("KR-27", "대구", "대구광역시", "Daegu", ("대구시", "taegu")),
    Region("KR-28", "인천", "인천광역시", "Incheon", ("인천시",)),
    Region("KR-29", "광주", "광주광역시", "Gwangju"),
    Region("KR-30", "대전", "대전광역시", "Daejeon", ("대전시",)),
    Region("KR-31", "울산", "울산광역시", "Ulsan", ("울산시",)),
    Region("KR-50", "세종", "세종특별자치시", "Sejong", ("세종시",)),
    Region("KR-41", "경기", "경기도", "Gyeonggi"),
    Region("KR-42", "강원", "강원특별자치도", "Gangwon", ("강원도",)),
    Region("KR-43", "충북", "충청북도", "Chungbuk", ("chungcheongbuk",)),
    Region("KR-44", "충남", "충청남도", "Chungnam", ("chungcheongnam",)),
    Region("KR-45", "전북", "전북특별자치도", "Jeonbuk", ("전라북도", "jeollabuk")),
    Region("KR-46", "전남", "전라남도", "Jeonnam", ("jeollanam",)),
    Region("KR-47", "경북", "경상북도", "Gyeongbuk", ("gyeongsangbuk",)),
    Region("KR-48", "경남", "경상남도", "Gyeongnam", ("gyeongsangnam",)),
    Region("KR-49", "제주", "제주특별자치도", "Jeju", ("제주도",)),
)
BY_CODE = {region.code: region for region in REGIONS}
_BY_POSTCODE = (
    (10, "KR-11"), (21, "KR-41"), (24, "KR-28"), (27, "KR-42"), (30, "KR-43"), (31, "KR-50"), (34, "KR-44"),
    (36, "KR-30"), (41, "KR-47"), (44, "KR-27"), (46, "KR-31"), (50, "KR-26"), (54, "KR-48"), (57, "KR-45"),
    (61, "KR-46"), (63, "KR-29"), (64, "KR-49"),
)  # fmt: skip
_TAILS = ("-do", " do", "-si", " si", " province", " metropolitan city", " special city")


def region_called(text: str) -> str:
    """The code of the region that `text` names in Korean or Latin letters; empty for none."""
    folded = text.strip().casefold()
    known = _names()
    if folded in known:
        return known[folded]
    for tail in _TAILS:
        if folded.endswith(tail) and folded.removesuffix(tail) in known:
            return known[folded.removesuffix(tail)]
    return ""


def region_of_postcode(postcode: str) -> str:
    """The code of the region of a Korean postcode of five digits; empty for what is none."""
    if len(postcode) != 5 or not postcode.isascii() or not postcode.isdigit() or postcode < "01000":
        return ""
    first = int(postcode[:2])
    return next((code for below, code in _BY_POSTCODE if first < below), "")


def region_name(code: str, language: str) -> str:
    """What readers of `language` call a region; the text itself where it is no Korean region."""
    region = BY_CODE.get(code)
    if region is None:
        return code
    return region.short if language.startswith("ko") else region.latin


def clean_region(text: str, country: str = "") -> str:
    """A region as it is kept: the code of a Korean one, else the text. Elsewhere than in Korea nothing is looked up."""
    bare = text.strip()
    if country in ("", "KR"):
        return region_called(bare) or bare
    return bare


@cache
def _names() -> dict[str, str]:
    found = {}
    for region in REGIONS:
        for name in (region.code, region.short, region.full, region.latin, *region.more):
            found[name.casefold()] = region.code
    return found
