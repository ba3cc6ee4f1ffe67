"""Cleaning the html that people write: what mail programs understand stays, what could act or fetch goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import css_inline
import nh3

_TEXT = (
    "a abbr b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i ins p pre s small span strong sub sup u center font"
)
_LISTS = "ul ol li dl dt dd"
_TABLES = "table caption colgroup col thead tbody tfoot tr th td"
TAGS = frozenset(f"{_TEXT} {_LISTS} {_TABLES} img".split())
_INERT = "script style title head noscript template object iframe svg math form select"
_ATTRIBUTES = {
    "*": {"id", "style", "class", "dir", "lang", "title", "align", "role", "aria-label", "aria-hidden"},
    "a": {"href", "name", "target"},
    "img": {"src", "alt", "width", "height", "border"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": {"width", "height", "colspan", "rowspan", "valign", "bgcolor", "nowrap"},
    "th": {"width", "height", "colspan", "rowspan", "valign", "bgcolor", "scope"},
    "tr": {"bgcolor", "valign", "height"},
    "div": {"bgcolor"},
    "col": {"span", "width"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "ul": {"type"},
}
_SIDES = ("", "-top", "-right", "-bottom", "-left")
_PROPERTIES = """
background background-color background-image background-position background-repeat background-size border-collapse
border-radius border-spacing box-sizing clear color direction display float font font-family font-size font-style
font-weight height letter-spacing line-height list-style list-style-type max-height max-width min-height min-width
mso-line-height-rule mso-hide mso-padding-alt mso-table-lspace mso-table-rspace object-fit opacity outline overflow
table-layout text-align text-decoration text-indent text-overflow text-transform vertical-align white-space width
word-break word-spacing word-wrap overflow-wrap
"""
PROPERTIES = frozenset(
    [
        *_PROPERTIES.split(),
        *(f"{box}{side}" for box in ("margin", "padding", "border") for side in _SIDES),
        *(f"border{side}-{what}" for side in _SIDES for what in ("color", "style", "width")),
    ]
)
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_BODY = re.compile(r"<body\b([^>]*)>(.*)</body>", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(("br", "col", "hr", "img"))
_DANGEROUS = re.compile(r"\\|expression\s*\(|behavior|-moz-binding|javascript:|@import|</|<!", re.IGNORECASE)
_FETCHED = re.compile(r"url\s*\(\s*[\"']?\s*([^\"')\s]*)", re.IGNORECASE)
_WHOLE = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)


DEEPEST = 200


class TooDeep(ValueError):
    """Elements lie deeper in one another than mail programs, and the tools that work on them, can bear."""


class Cleaned(NamedTuple):
    """Clean html without head and body; `style` are media queries that hold for it; `is_whole`: a page was written."""

    html: str
    style: str
    is_whole: bool


def clean(source: str) -> Cleaned:
    """Source with its style blocks written into the elements, and only what a mail may hold. Nothing is fetched.

    Raises TooDeep.
    """
    is_whole = bool(_WHOLE.search(source))
    css = "\n".join(_between(source, "<style", "</style"))
    body = re.search(r"<body\b([^>]*)>", source, re.IGNORECASE) if is_whole else None
    inside = _cleaner().clean(source)
    if _depth(inside) > DEEPEST:
        raise TooDeep
    if body and body[1].strip():
        inside = f"<body{body[1]}>{inside}</body>"
    inlined = _BODY.search(_inliner().inline(f"<head><style>{css}</style></head>{inside}"))
    if inlined:
        inside = f"<div{inlined[1]}>{inlined[2]}</div>" if inlined[1].strip() else inlined[2]
    return Cleaned(_cleaner().clean(inside), _media_only(css), is_whole)


def without_comments(html: str, is_kept: Callable[[str], bool]) -> str:
    """Html without comments, except those for whose inside `is_kept` says so."""
    return _with_comments(html, lambda inside: f"<!--{inside}-->" if is_kept(inside) else "")


def blanked_comments(source: str) -> str:
    """Source whose comments hold blanks only, at unchanged length, so that nothing in them is read."""
    return _with_comments(source, lambda inside: "<!--" + re.sub(r"[^\n]", " ", inside) + "-->")


def _with_comments(html: str, change: Callable[[str], str]) -> str:
    out, done = [], 0
    while (begin := html.find("<!--", done)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        out += [html[done:begin], change(html[begin + 4 : end])]
        done = end + 3
    return "".join([*out, html[done:]])


def _between(source: str, opening: str, closing: str) -> Iterator[str]:
    """What stands in elements whose content is no html."""
    lower, done = source.lower(), 0
    while (begin := lower.find(opening, done)) >= 0 and (inside := lower.find(">", begin)) >= 0:
        end = lower.find(closing, inside)
        if end < 0:
            return
        yield source[inside + 1 : end]
        done = end + len(closing)


def _depth(html: str) -> int:
    """How deep the elements of clean html lie in one another."""
    deepest = depth = 0
    for match in _TAG.finditer(html):
        if match[2] not in _VOID:
            depth += -1 if match[1] else 1
            deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(_INERT.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        strip_comments=False,
        link_rel=None,
        url_schemes=_SCHEMES,
        url_relative="deny",
        filter_style_properties=set(PROPERTIES),
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return ";".join(d for d in value.split(";") if _is_harmless(d)) or None
    if name == "src" and not value.strip().lower().startswith(("https:", "cid:")):
        return None
    if name == "href" and value.strip().lower().startswith("cid:"):
        return None
    if name == "target":
        return "_blank"
    return value


def _is_harmless(css: str) -> bool:
    if _DANGEROUS.search(css):
        return False
    return all(found.lower().startswith("https:") for found in _FETCHED.findall(css))


def _media_only(css: str) -> str:
    """The harmless @media blocks of a style sheet."""
    css, done, kept = _with_marks_removed(css), 0, []
    lower = css.lower()
    while (begin := lower.find("@media", done)) >= 0 and (end := _end_of_block(css, begin)) > 0:
        block = css[begin:end]
        if _is_harmless(block) and "<" not in block and "url" not in block.lower():
            kept.append(block)
        done = end
    return "\n".join(kept)


def _with_marks_removed(css: str) -> str:
    out, done = [], 0
    while (begin := css.find("/*", done)) >= 0 and (end := css.find("*/", begin + 2)) >= 0:
        out.append(css[done:begin])
        done = end + 2
    return "".join([*out, css[done:]])


def _end_of_block(css: str, begin: int) -> int:
    """Where the block ends that opens after `begin`; 0 when it never does."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(css, begin):
        depth += 1 if match.group() == "{" else -1
        if depth <= 0:
            return match.end() if depth == 0 else 0
    return 0
