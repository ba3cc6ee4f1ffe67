"""Several addresses of one person or company: which belong together, and how the record is found by them."""

from __future__ import annotations

from typing import Any

MESSENGERS = (
    ("kakaotalk", "KakaoTalk"), ("line", "LINE"), ("whatsapp", "WhatsApp"), ("telegram", "Telegram"),
    ("wechat", "WeChat"), ("signal", "Signal"), ("messenger", "Facebook Messenger"), ("viber", "Viber"),
    ("skype", "Skype"), ("slack", "Slack"), ("other", ""),
)  # fmt: skip
SOCIAL = (
    ("instagram", "Instagram"), ("facebook", "Facebook"), ("youtube", "YouTube"), ("x", "X"),
    ("linkedin", "LinkedIn"), ("tiktok", "TikTok"), ("threads", "Threads"), ("naver", "Naver"),
    ("kakaostory", "KakaoStory"), ("pinterest", "Pinterest"), ("github", "GitHub"), ("other", ""),
)  # fmt: skip
MOST_VALUE, MOST_POINTS = 500, 100


def providers(kind: str) -> dict[str, str]:
    """The services of a kind, by the name under which they are kept; none for kinds that have none."""
    return dict(MESSENGERS if kind == "messenger" else SOCIAL if kind == "social" else ())


def clean_handle(text: str) -> str:
    """The name somebody has at a service: without the sign before it and the blanks around. Raises ValueError."""
    found = " ".join(text.replace("\x00", "").split()).removeprefix("@")
    if not found or len(found) > MOST_VALUE:
        raise ValueError(text)
    return found


def found_by(record: Any, kind: str) -> str | list[str]:
    """The e-mails or phones under which a person or a company is found: the own one, and further ones behind it."""
    own: str = getattr(record, kind, "")
    also = record.also
    if not also or not isinstance(also, list):  # a new record: the database's own default
        return own
    begin = f"{kind}:"
    more = [one[len(begin) :] for one in also if one.startswith(begin)]
    return list(dict.fromkeys([own, *more])) if more else own
