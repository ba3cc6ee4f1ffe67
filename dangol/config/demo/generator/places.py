"""Where customers live: real cities, invented streets."""

from __future__ import annotations

from typing import NamedTuple

from dangol.config.demo.generator.romanization import word
from dangol.config.demo.generator.words import Language, Words, listed, pairs


class City(NamedTuple):
    """A Korean city with its weight among customers; `south` is looked after from Busan."""

    name: Words
    weight: int
    districts: tuple[Words, ...]
    is_south: bool = False


CITIES: tuple[City, ...] = (
    City(Words("Seoul", "서울"), 410, pairs(
        "Mapo-gu/마포구|Seongdong-gu/성동구|Gangnam-gu/강남구|Yongsan-gu/용산구|Jongno-gu/종로구|Songpa-gu/송파구"
        "|Seocho-gu/서초구|Gwanak-gu/관악구|Nowon-gu/노원구|Eunpyeong-gu/은평구|Gangseo-gu/강서구|Yeongdeungpo-gu/영등포구"
        "|Dongjak-gu/동작구|Seodaemun-gu/서대문구|Gwangjin-gu/광진구")),
    City(Words("Busan", "부산"), 130, pairs(
        "Haeundae-gu/해운대구|Suyeong-gu/수영구|Busanjin-gu/부산진구|Nam-gu/남구|Jung-gu/중구|Yeongdo-gu/영도구"
        "|Geumjeong-gu/금정구"), True),
    City(Words("Incheon", "인천"), 62, pairs("Yeonsu-gu/연수구|Bupyeong-gu/부평구|Namdong-gu/남동구|Jung-gu/중구")),
    City(Words("Daegu", "대구"), 58, pairs("Suseong-gu/수성구|Jung-gu/중구|Dalseo-gu/달서구|Buk-gu/북구"), True),
    City(Words("Daejeon", "대전"), 44, pairs("Yuseong-gu/유성구|Seo-gu/서구|Jung-gu/중구")),
    City(Words("Gwangju", "광주"), 36, pairs("Gwangsan-gu/광산구|Seo-gu/서구|Dong-gu/동구"), True),
    City(Words("Ulsan", "울산"), 26, pairs("Nam-gu/남구|Jung-gu/중구|Buk-gu/북구"), True),
    City(Words("Suwon", "수원"), 40, pairs("Yeongtong-gu/영통구|Paldal-gu/팔달구|Jangan-gu/장안구")),
    City(Words("Seongnam", "성남"), 40, pairs("Bundang-gu/분당구|Sujeong-gu/수정구|Jungwon-gu/중원구")),
    City(Words("Goyang", "고양"), 32, pairs("Ilsandong-gu/일산동구|Ilsanseo-gu/일산서구|Deogyang-gu/덕양구")),
    City(Words("Yongin", "용인"), 30, pairs("Suji-gu/수지구|Giheung-gu/기흥구|Cheoin-gu/처인구")),
    City(Words("Anyang", "안양"), 16, pairs("Dongan-gu/동안구|Manan-gu/만안구")),
    City(Words("Sejong", "세종"), 14, pairs("Hansol-dong/한솔동|Dodam-dong/도담동|Areum-dong/아름동")),
    City(Words("Cheonan", "천안"), 16, pairs("Dongnam-gu/동남구|Seobuk-gu/서북구")),
    City(Words("Cheongju", "청주"), 18, pairs("Heungdeok-gu/흥덕구|Sangdang-gu/상당구")),
    City(Words("Jeonju", "전주"), 20, pairs("Wansan-gu/완산구|Deokjin-gu/덕진구"), True),
    City(Words("Changwon", "창원"), 20, pairs("Seongsan-gu/성산구|Uichang-gu/의창구"), True),
    City(Words("Pohang", "포항"), 11, pairs("Nam-gu/남구|Buk-gu/북구"), True),
    City(Words("Chuncheon", "춘천"), 9, pairs("Hupyeong-dong/후평동|Toegye-dong/퇴계동")),
    City(Words("Gangneung", "강릉"), 14, pairs("Gyo-dong/교동|Anmok/안목")),
    City(Words("Jeju", "제주"), 24, pairs("Nohyeong-dong/노형동|Ido-dong/이도동|Aewol-eup/애월읍"), True),
    City(Words("Yeosu", "여수"), 8, pairs("Hak-dong/학동|Ungcheon-dong/웅천동"), True),
)  # fmt: skip

# Streets that no town has; the last syllable says the kind.
STREETS = listed(
    "새싹로 달빛로 은하수로 구름길 솔바람로 무지개로 산들로 햇살길 참나무길 노을로 반딧불로 다람쥐길 이슬길 단풍로 "
    "느티나무로 푸른솔길 해오름로 미리내로 고운길 바람개비로 도토리길 옹달샘로 종이배길 나비로 호두나무길 아침로"
)
BUILDINGS = pairs(
    "Ihwa Apt./이화아파트|Saebyeok Apt./새벽아파트|Maru Villa/마루빌라|Onnuri Apt./온누리아파트|Gaon Villa/가온빌라"
)

ABROAD: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "US": (("New York", "Los Angeles", "San Francisco", "Seattle", "Chicago", "Austin", "Boston", "Portland"),
           ("{} Lanternwick Ave", "{} Maplehollow St", "{} Emberly Rd", "{} Quillstone Dr")),
    "GB": (("London", "Manchester", "Edinburgh", "Bristol", "Leeds"),
           ("{} Thistlewick Lane", "{} Copperkettle Road", "{} Larkmoor Street")),
    "IE": (("Dublin", "Cork", "Galway"), ("{} Fernhollow Road", "{} Old Kettle Lane")),
    "CA": (("Toronto", "Vancouver", "Montréal", "Calgary"), ("{} Birchember Ave", "{} Northlantern St")),
    "AU": (("Melbourne", "Sydney", "Brisbane", "Perth"), ("{} Wattlebrew St", "{} Banksiaglow Ave")),
    "DE": (("Berlin", "Hamburg", "München", "Köln", "Frankfurt am Main"),
           ("Röstermühlenweg {}", "Laternenbachstraße {}", "Kesselblumenallee {}")),
    "FR": (("Paris", "Lyon", "Bordeaux", "Nantes"), ("{} rue de la Braise-Bleue", "{} allée du Moulin-à-Café")),
    "NL": (("Amsterdam", "Rotterdam", "Utrecht"), ("Branderspad {}", "Koffiemolenkade {}")),
    "IT": (("Milano", "Torino", "Bologna", "Trieste"), ("Via della Brace Azzurra {}", "Via del Macinino {}")),
    "SE": (("Stockholm", "Göteborg", "Malmö"), ("Rosterivägen {}", "Kaffekvarnsgatan {}")),
    "JP": (("Tokyo", "Osaka", "Kyoto", "Fukuoka", "Yokohama", "Sapporo"), ("火鉢町{}-2", "豆挽通{}", "灯台坂{}-1")),
    "SG": (("Singapore",), ("{} Emberbean Rise", "{} Lorong Lantern")),
}  # fmt: skip
_JAPANESE_CITIES = pairs("Tokyo/도쿄|Osaka/오사카|Kyoto/교토|Fukuoka/후쿠오카|Yokohama/요코하마|Sapporo/삿포로")
_JAPANESE = {city.en: city for city in _JAPANESE_CITIES}


def city_abroad(name: str) -> Words:
    """Return a city of `ABROAD` in both languages; Koreans write the Japanese ones in Hangul, the rest as it is."""
    return _JAPANESE.get(name, Words(name, name))


def korean_address(district: Words, street: str, number: int, flat: int, building: Words, language: Language) -> str:
    """Return a street address inside a city as people of `language` write it; no flat when `flat` is 0."""
    if language == "ko":
        home = f", {building.ko} {flat}호" if flat else ""
        return f"{district.ko} {street} {number}{home}"
    kind = "gil" if street.endswith("길") else "ro"
    home = f", {building.en} {flat}" if flat else ""
    return f"{number} {word(street[:-1])}-{kind}, {district.en}{home}"
