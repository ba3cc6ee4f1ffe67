"""Advertising mail to receivers in Korea: the Network Act (정보통신망법) and its Decree, as read on 1 October 2026."""

from __future__ import annotations

import re

from dangol.collaborative.channels.writing.rules.law import CountryRules, Source, register_country

_READ_ON = "2026-10-01"
# Letters between and around the two syllables: blanks, dots, quotes, invisible ones; brackets of any kind.
_OPEN, _CLOSE = r"[(\[{<（［｛〈《【〔「『]", r"[)\]}>）］｝〉》】〕」』]"
_WITHIN = r"[^\w()\[\]{}<>]*"
_WORD = rf"{_WITHIN}(?:성인|대출|유료)?{_WITHIN}광{_WITHIN}고{_WITHIN}"
_VARIANTS = re.compile(
    rf"{_OPEN}{_WORD}{_CLOSE}"  # 대괄호, 띄어쓰기, 전각: any bracketed form
    rf"|^\W*광{_WITHIN}고{_WITHIN}{_CLOSE}|^\W*{_OPEN}{_WORD}(?!\w)"  # half of the brackets
    rf"|{_OPEN}\s*(?:AD|ADV|advertisement)\s*{_CLOSE}"
    rf"|^\W*광[^\w()\[\]{{}}<>]+고\b"  # syllables pulled apart
    rf"|^\W*광고(?=\s*[:\]|/·-])",
    re.IGNORECASE,
)

KOREA = register_country(
    CountryRules(
        country="KR",
        sources=(
            Source("Act on Promotion of Information and Communications Network Utilization", "50(4)", _READ_ON),
            Source("Enforcement Decree of that Act", "61(3) and Annex 6", _READ_ON),
        ),
        subject_prefix="(광고)",
        variants=_VARIANTS,
        sender_fields=("name", "email", "phone", "address"),
        opt_out_languages=("ko", "en"),
    )
)
