"""The page that a mail is: one column that fits a phone, readable in dark mode, with the words that an inbox shows."""

from __future__ import annotations

import re
from html import escape

# Follows the preheader, so that inboxes show it alone and not the beginning of the body.
_FILLER = "&#8199;&#847; " * 60
_HIDDEN = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all"
_FONT = "-apple-system,BlinkMacSystemFont,'Apple SD Gothic Neo','Malgun Gothic','Segoe UI',Roboto,sans-serif"
_STYLE = """:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;width:100%;-webkit-text-size-adjust:100%}img{max-width:100%;height:auto;border:0}
@media (max-width:600px){.dg-in{padding:20px 16px!important}}"""
# Only where the writer gave a fragment: a whole page has colours of its own.
_DARK = """@media (prefers-color-scheme:dark){.dg-page{background:#141517!important}
.dg-in{background:#191a1d!important;color:#eceae5!important}
.dg-in a:not([style*="background"]){color:#a3b7f5!important}.dg-foot{color:#9b9b9f!important}}"""
PIXEL_PLACE = "\ue003"


def page(
    body: str, *, title: str, preheader: str, footer: str, language: str, style: str = "", is_whole: bool = False
) -> str:
    """A whole html document around clean html; `title` and `preheader` are plain text, marks may stand in all."""
    styles = "\n".join(part for part in (_STYLE, "" if is_whole else _DARK, style) if part)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f'<meta name="x-apple-disable-message-reformatting"><title>{escape(title)}</title><style>{styles}</style>'
    )
    inside = _hidden(preheader) + (_whole(body, footer) if is_whole else _column(body, footer))
    ground = "" if is_whole else ' class="dg-page" style="margin:0;padding:0;background:#f7f6f3"'
    return (
        f'<!doctype html>\n<html lang="{language}"><head>{head}</head>\n'
        f"<body{ground}>{inside}{PIXEL_PLACE}</body></html>\n"
    )


def from_text(text: str) -> str:
    """Plain text as html: paragraphs, line ends, addresses as links. Marks stay as they are."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join(f"<p>{_linked(escape(part.strip())).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def _linked(escaped: str) -> str:
    found = re.compile(r"https?://[!-~]+?(?=(?:&(?:gt|lt|quot|#x27);|[.,;:!?()\[\]]*(?:[^!-~]|$)))")
    return found.sub(lambda m: f'<a href="{m.group()}">{m.group()}</a>', escaped)


def _hidden(preheader: str) -> str:
    return f'<div style="{_HIDDEN}">{escape(preheader)}{_FILLER}</div>' if preheader else ""


def _column(body: str, footer: str) -> str:
    foot = (
        f'<div class="dg-foot" style="margin-top:32px;font-size:12px;line-height:1.6;color:#63656c">{footer}</div>'
        if footer
        else ""
    )
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">'
        f'<tr><td class="dg-in" style="padding:32px 28px;background:#ffffff;color:#1d1e22;font-family:{_FONT};'
        f'font-size:15px;line-height:1.65;word-break:keep-all;overflow-wrap:anywhere">\n{body}\n{foot}</td></tr>'
        "</table></td></tr></table>"
    )


def _whole(body: str, footer: str) -> str:
    if not footer:
        return body
    style = f"padding:24px 16px;font-family:{_FONT};font-size:12px;line-height:1.6;color:#63656c;text-align:center"
    return f'{body}\n<div style="{style}">{footer}</div>'
