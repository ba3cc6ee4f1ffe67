"""Cleaning the html that people write: what mail programs understand stays, what could act or fetch goes."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    "*": {"style", "class", "dir", "lang", "title", "align", "role", "aria-label", "aria-hidden"},
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
_KEPT_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_DANGEROUS = re.compile(r"\\|expression\s*\(|behavior|-moz-binding|javascript:|@import|</|<!", re.IGNORECASE)
_FETCHED = re.compile(r"url\s*\(\s*[\"']?\s*([^\"')\s]*)", re.IGNORECASE)
_WHOLE = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)


class Cleaned(NamedTuple):
    """Clean html without head and body; `style` are media queries that hold for it; `is_whole`: a page was written."""

    html: str
    style: str
    is_whole: bool


def clean(source: str) -> Cleaned:
    """Source with its style blocks written into the elements, and only what a mail may hold. Nothing is fetched."""
    is_whole = bool(_WHOLE.search(source))
    inlined = _inliner().inline(source)
    style = "\n".join(_media_only(found) for found in _KEPT_STYLE.findall(inlined))
    body = _BODY.search(inlined)
    inside = body[2] if body else ""
    if is_whole and body and body[1].strip():
        inside = f"<div{body[1]}>{inside}</div>"
    return Cleaned(_cleaner().clean(inside), style.strip(), is_whole)


def without_comments(html: str, is_kept: Callable[[str], bool]) -> str:
    """Html without comments, except those for whose inside `is_kept` says so."""
    return _COMMENT.sub(lambda m: m.group() if is_kept(m[1]) else "", html)


def blanked_comments(source: str) -> str:
    """Source whose comments hold blanks only, at unchanged length, so that nothing in them is read."""
    return _COMMENT.sub(lambda m: "<!--" + re.sub(r"[^\n]", " ", m[1]) + "-->", source)


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
    """The @media blocks of a style sheet, if all of it is harmless; else nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@import[^;]*;?|@charset[^;]*;?", "", css, flags=re.IGNORECASE)
    blocks = re.findall(r"@media[^{}<]*\{(?:[^{}<]*\{[^{}<]*\})*[^{}<]*\}", css, flags=re.IGNORECASE)
    return "\n".join(block for block in blocks if _is_harmless(block) and "url" not in block.lower())
