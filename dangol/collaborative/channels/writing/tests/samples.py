"""Fields, a sender and shortcuts for the tests of the language."""

from __future__ import annotations

from typing import Any

from dangol.collaborative.channels.writing.rules.compiling import Compiled, compile_content
from dangol.collaborative.channels.writing.rules.content import Content, Rendered, Sender
from dangol.collaborative.channels.writing.rules.fields import MergeField

TIERS = (("top", "Top"), ("middle", "Middle"), ("bottom", "Bottom"))
FIELDS = {
    f.name: f
    for f in (
        MergeField("name", "Name", {"ko": "김지우", "en": "Jiwoo Kim"}, fallback={"ko": "고객", "en": "customer"}),
        MergeField("first_name", "First name", {"ko": "지우", "en": "Jiwoo"}),
        MergeField("company", "Company", {"ko": "나래", "en": "Narae"}),
        MergeField("city", "City", {"ko": "서울", "en": "Seoul"}),
        MergeField("tier", "Tier", {"ko": "최상위", "en": "Top"}, "choice", TIERS),
        MergeField("last_order_on", "Last order", {"ko": "2026년 5월 14일", "en": "14 May 2026"}, "date"),
        MergeField("shop_url", "Shop", {"en": "https://shop.test/"}, "url", is_always_known=True),
    )
}
SENDER = Sender("화로 커피", "hello@hwaro.test", "02-1234-5678", "서울시 종로구 율곡로 1")
WAYS = {
    "unsubscribe_url": "https://d.test/u/abc",
    "preferences_url": "https://d.test/p/abc",
    "web_view_url": "https://d.test/w/abc",
}


def compiled(subject: str = "제목", html: str = "", text: str = "", **rest: Any) -> Compiled:
    content = Content(subject, html, text, rest.pop("preheader", ""), rest.pop("language", "ko"))
    return compile_content(content, fields=FIELDS, **rest)


def rendered(values: Any = None, *, subject: str = "제목", html: str = "", text: str = "", **rest: Any) -> Rendered:
    return compiled(subject, html, text, **rest).render(values or {})


def body(values: Any = None, html: str = "", **rest: Any) -> str:
    """What stands in the column of the mail."""
    whole = rendered(values, html=html, **rest).html
    return whole.partition('overflow-wrap:anywhere">\n')[2].rpartition("\n</td></tr></table>")[0]
