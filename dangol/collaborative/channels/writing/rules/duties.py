"""What a message owes its receiver by law: what is missing, and the subject and footer that put it in."""

from __future__ import annotations

import html
import re

from dangol.collaborative.channels.writing.rules.content import LONGEST_LINE, Rendered, Sender
from dangol.collaborative.channels.writing.rules.fields import PREFERENCES, UNSUBSCRIBE
from dangol.collaborative.channels.writing.rules.korea import KOREA
from dangol.collaborative.channels.writing.rules.law import OPT_OUT_WORDS, CountryRules, rules_for
from dangol.collaborative.channels.writing.rules.texts import text_of

ADVERTISING = "advertising"
CLASSES = ("system", "test", "service", ADVERTISING)
# Importing them registers them.
COUNTRIES = (KOREA,)
_CONTACT = {"ko": ("전화 %s", "이메일 %s"), "en": ("Phone %s", "E-mail %s")}
# Before the link, the link's word, after it; and the word of the link to the preferences.
_OPT_OUT = {
    "ko": ("더 이상 받고 싶지 않으시면 ", "수신거부", "를 눌러 주세요. 비용은 들지 않아요.", "받을 소식 고르기"),
    "en": ("If you no longer want these e-mails, ", "unsubscribe", ". It costs nothing.", "Choose what you get"),
}
_IF_PREFERENCES, _END = f"{{{{#if {PREFERENCES}}}}}", "{{/if}}"


def duties(message_class: str, country: str) -> CountryRules | None:
    """The rules for a message of this class to this country; None where the law asks nothing of its form."""
    return rules_for(country) if message_class == ADVERTISING else None


def prefixed(subject: str, rules: CountryRules | None) -> str:
    """The subject with the prefix that the rules ask for."""
    if rules is None or not rules.subject_prefix or subject.startswith(rules.subject_prefix):
        return subject
    return f"{rules.subject_prefix} {subject}"


def without_variants(subject: str, rules: CountryRules) -> str:
    """The subject without its prefix and whatever was written instead of it."""
    rest = subject[:LONGEST_LINE].removeprefix(rules.subject_prefix)
    if rules.variants:
        rest = rules.variants.sub(" ", rest)
    return " ".join(rest.split()).lstrip(" :·|/]-")


def missing_in_body(text: str, *, has_way_out: bool, rules: CountryRules, sender: Sender, language: str) -> list[str]:
    """What the readable `text` of a body does not say: names of sender fields, "opt_out:<language>", "way_out"."""
    flat = _flat(text)
    wanted: dict[str, str] = {name: getattr(sender, name) for name in rules.sender_fields}
    missing: list[str] = [name for name, value in wanted.items() if not value.strip() or _flat(value) not in flat]
    languages = rules.opt_out_languages or (language,)
    missing += [f"opt_out:{name}" for name in languages if not OPT_OUT_WORDS[name].search(text)]
    return missing if has_way_out else [*missing, "way_out"]


def owed(
    rendered: Rendered, *, sender: Sender, message_class: str, country: str, language: str, unsubscribe_url: str
) -> list[str]:
    """What the law asks of a rendered message and both of its bodies do not show; empty when all is there."""
    rules = duties(message_class, country)
    if rules is None:
        return []
    missing = [] if rendered.subject.startswith(rules.subject_prefix) else ["subject_prefix"]
    for text in (rendered.text, text_of(rendered.html, keep=lambda comment: "")):
        has_way_out = bool(unsubscribe_url) and unsubscribe_url in text
        missing += missing_in_body(text, has_way_out=has_way_out, rules=rules, sender=sender, language=language)
    return sorted(set(missing))


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _languages(rules: CountryRules, language: str) -> list[str]:
    return [language, *(other for other in rules.opt_out_languages if other != language)]


def _sender_line(sender: Sender, language: str) -> str:
    phone, email = _CONTACT[language]
    parts = [sender.name, sender.address, sender.phone and phone % sender.phone, sender.email and email % sender.email]
    return " · ".join(part for part in parts if part.strip())


def footer_html(sender: Sender, rules: CountryRules, language: str) -> str:
    """The footer as a template in html."""
    lines = [html.escape(_sender_line(sender, language))]
    for name in _languages(rules, language):
        before, word, after, choose = _OPT_OUT[name]
        link = f'<a href="{{{{ {UNSUBSCRIBE} }}}}">{word}</a>'
        more = f'{_IF_PREFERENCES} <a href="{{{{ {PREFERENCES} }}}}">{choose}</a>{_END}'
        lines.append(f"{before}{link}{after}{more}")
    return "<br>".join(_braces(line) if place == 0 else line for place, line in enumerate(lines))


def footer_text(sender: Sender, rules: CountryRules, language: str) -> str:
    """The footer as a template in plain text."""
    lines = ["-" * 24, _braces(_sender_line(sender, language))]
    for name in _languages(rules, language):
        before, word, after, choose = _OPT_OUT[name]
        lines.append(f"{before}{word}{after}\n{{{{ {UNSUBSCRIBE} }}}}")
        lines.append(f"{_IF_PREFERENCES}{choose}: {{{{ {PREFERENCES} }}}}\n{_END}")
    return "\n".join(lines)


def _braces(text: str) -> str:
    # The firm's own words are no template.
    return text.replace("{", "(").replace("}", ")")
