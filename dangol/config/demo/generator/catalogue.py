"""What Hwaro Coffee sells. Prices in won, VAT included."""

from __future__ import annotations

from typing import NamedTuple

from dangol.config.demo.generator.words import Words


class Article(NamedTuple):
    """Something sold. `popularity` is a weight within its shelf; `shelf` says in which baskets it lies."""

    code: str
    name: Words
    category: Words
    price: int
    shelf: str
    popularity: float


_ORIGINS = (
    ("ETH-YIR", "Ethiopia Yirgacheffe/에티오피아 예가체프", 14_000, 10),
    ("ETH-GUJ", "Ethiopia Guji/에티오피아 구지", 15_000, 6),
    ("KEN-NYE", "Kenya Nyeri/케냐 니에리", 16_000, 5),
    ("COL-HUI", "Colombia Huila/콜롬비아 우일라", 12_500, 8),
    ("GTM-ANT", "Guatemala Antigua/과테말라 안티구아", 13_000, 6),
    ("CRI-TAR", "Costa Rica Tarrazú/코스타리카 타라주", 14_500, 4),
    ("BRA-CER", "Brazil Cerrado/브라질 세하두", 11_000, 7),
    ("IDN-MAN", "Indonesia Mandheling/인도네시아 만델링", 13_500, 4),
    ("RWA-NYA", "Rwanda Nyamasheke/르완다 냐마세케", 14_500, 2),
    ("SLV-SAN", "El Salvador Santa Ana/엘살바도르 산타아나", 14_000, 2),
    ("COL-DEC", "Decaf Colombia/디카페인 콜롬비아", 13_000, 6),
)
_BLENDS = (
    ("HOUSE", "Hwaro House Blend/화로 하우스 블렌드", 11_000, 10),
    ("EMBER", "Ember Espresso/잉걸 에스프레소", 11_500, 9),
    ("DAWN", "Dawn Blend/새벽 블렌드", 10_500, 6),
    ("HARBOUR", "Harbour Dark/항구 다크", 10_500, 4),
)
_BEANS, _BLEND = Words("Single origin", "싱글 오리진"), Words("Blend", "블렌드")

_OTHERS = """
DRIP-HOUSE|House Blend drip bags, 10/하우스 블렌드 드립백 10개입|Drip bags/드립백|13000|drip|10
DRIP-YIR|Yirgacheffe drip bags, 10/예가체프 드립백 10개입|Drip bags/드립백|15500|drip|8
DRIP-DEC|Decaf drip bags, 10/디카페인 드립백 10개입|Drip bags/드립백|14500|drip|6
DRIP-MIX|Drip bag assortment, 20/드립백 모둠 20개입|Drip bags/드립백|27000|drip|7
COLD-BREW|Cold brew, 1 L/콜드브루 1L|Cold brew/콜드브루|18000|cold|10
COLD-PACK|Cold brew packs, 7/콜드브루 파우치 7개입|Cold brew/콜드브루|21000|cold|7
FILTER-01|Paper filters 01, 100/종이 필터 01 100매|Filters/필터|6500|filter|6
FILTER-02|Paper filters 02, 100/종이 필터 02 100매|Filters/필터|7000|filter|10
FILTER-WAVE|Wave filters, 50/웨이브 필터 50매|Filters/필터|6000|filter|4
FILTER-METAL|Metal filter/금속 필터|Filters/필터|24000|gear|2
GRIND-HAND|Hand grinder/핸드 그라인더|Grinders/그라인더|89000|gear|5
GRIND-TRAVEL|Travel grinder/휴대용 그라인더|Grinders/그라인더|64000|gear|4
GRIND-ELEC|Electric grinder/전동 그라인더|Grinders/그라인더|218000|gear|2
GRIND-CAFE|Café grinder 64 mm/업소용 그라인더 64mm|Grinders/그라인더|1290000|shop|1
DRIPPER|Ceramic dripper/도자기 드리퍼|Brewing gear/추출 도구|26000|gear|6
SERVER|Glass server, 600 ml/유리 서버 600ml|Brewing gear/추출 도구|22000|gear|5
KETTLE|Gooseneck kettle/드립 주전자|Brewing gear/추출 도구|58000|gear|4
SCALE|Brewing scale/드립 저울|Brewing gear/추출 도구|49000|gear|4
PRESS|French press/프렌치 프레스|Brewing gear/추출 도구|38000|gear|3
MOKA|Moka pot, 3 cups/모카포트 3컵|Brewing gear/추출 도구|45000|gear|3
CUP-SET|Cup and saucer, pair/커피잔 2인조|Cups/잔|42000|gear|4
TUMBLER|Tumbler, 355 ml/텀블러 355ml|Cups/잔|32000|gear|6
CLEANER|Machine cleaner, 900 g/머신 세정제 900g|Care/관리 용품|19000|shop|7
SUB-MONTH|Monthly subscription, 400 g/월간 정기구독 400g|Subscriptions/정기구독|25000|subscription|10
SUB-TWICE|Fortnightly subscription, 400 g/격주 정기구독 400g|Subscriptions/정기구독|24000|subscription|7
SUB-OFFICE|Office subscription, 4 kg/사무실 정기구독 4kg|Subscriptions/정기구독|148000|office|8
GIFT-SEOLLAL|Seollal gift set/설 선물 세트|Gift sets/선물 세트|48000|seollal|10
GIFT-CHUSEOK|Chuseok gift set/추석 선물 세트|Gift sets/선물 세트|52000|chuseok|10
GIFT-XMAS|Christmas gift box/크리스마스 선물 상자|Gift sets/선물 세트|45000|christmas|10
GIFT-TASTE|Tasting set, 5 origins/맛보기 세트 5종|Gift sets/선물 세트|39000|gift|10
GIFT-GEISHA|Geisha gift tin, 200 g/게이샤 선물 틴 200g|Gift sets/선물 세트|78000|gift|3
"""


def _coffee(code: str, name: Words, category: Words, price: int, weight: float) -> list[Article]:
    kilo = round(price * 3.9 / 500) * 500
    small = Article(f"HW-{code}-200", _sized(name, "200 g"), category, price, "home", weight)
    large = Article(f"HW-{code}-1K", _sized(name, "1 kg"), category, kilo, "kilo", weight)
    return [small, large]


def _sized(name: Words, size: str) -> Words:
    return Words(f"{name.en}, {size}", f"{name.ko} {size.replace(' ', '')}")


def _other(line: str) -> Article:
    code, name, category, price, shelf, weight = line.split("|")
    return Article(f"HW-{code}", Words(*name.split("/")), Words(*category.split("/")), int(price), shelf, float(weight))


def _articles() -> tuple[Article, ...]:
    found: list[Article] = []
    for code, name, price, weight in _ORIGINS:
        found += _coffee(code, Words(*name.split("/")), _BEANS, price, weight)
    for code, name, price, weight in _BLENDS:
        words = Words(*name.split("/"))
        found += _coffee(code, words, _BLEND, price, weight)
        bulk = round(price * 14.5 / 500) * 500
        found.append(Article(f"HW-{code}-4K", _sized(words, "4 kg"), _BLEND, bulk, "shop", weight))
    return (*found, *(_other(line) for line in _OTHERS.strip().splitlines()))


ARTICLES = _articles()

_FEE = Words("Fees", "비용")
FEES: tuple[Article, ...] = (
    Article("HW-SHIP", Words("Shipping", "배송비"), _FEE, 3_000, "fee", 1),
    Article("HW-SHIP-INTL", Words("International shipping", "해외 배송비"), _FEE, 18_000, "fee", 1),
    Article("HW-WRAP", Words("Gift wrapping", "선물 포장"), _FEE, 2_000, "fee", 1),
    Article("HW-GOODWILL", Words("Goodwill", "보상"), _FEE, 5_000, "fee", 1),
)
