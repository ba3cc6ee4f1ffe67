"""Checking a message before it is sent: what the law forbids, what will not work, what could be better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dangol.collaborative.channels.writing.rules.compiling import Draft, compile_content
from dangol.collaborative.channels.writing.rules.content import LONGEST_LINE, Content, Finding, Sender
from dangol.collaborative.channels.writing.rules.duties import duties, without_variants
from dangol.collaborative.channels.writing.rules.fields import OPEN_PIXEL, UNSUBSCRIBE, WAYS_OUT, MergeField
from dangol.collaborative.channels.writing.rules.law import ADVERTISING_WORDS, CountryRules
from dangol.collaborative.channels.writing.rules.looking import looks, mended_addresses
from dangol.collaborative.channels.writing.rules.mending import with_fallback, with_field
from dangol.collaborative.channels.writing.rules.reading import Reader, Test
from dangol.collaborative.channels.writing.rules.sentences import Sentence, TemplateError
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _

LONGEST_SUBJECT = 60
_NO_SENDER = {
    "name": _(
        "The name of your company is missing. The law asks for it in advertising. Enter it in the company profile."
    ),
    "email": _(
        "The e-mail address of your company is missing. The law asks for it in advertising. "
        "Enter it in the company profile."
    ),
    "phone": _(
        "The phone number of your company is missing. The law asks for it in advertising. "
        "Enter it in the company profile."
    ),
    "address": _(
        "The postal address of your company is missing. The law asks for it in advertising. "
        "Enter it in the company profile."
    ),
}


def lint(
    content: Content, sender: Sender, message_class: str, country: str, *, fields: Mapping[str, MergeField]
) -> list[Finding]:
    """What is to be said of a message of a class to receivers in a country, errors first. Never raises."""
    known = {**WAYS_OUT, **fields}
    rules = duties(message_class, country)
    broken = list(_broken(content, known))
    found = [*broken, *_subject(content, rules), *_sender(sender, rules), *_fallbacks(content, known)]
    found += looks(content)
    if not broken:
        found += _whole(content, sender, message_class, country, known)
    order = ("error", "warning", "note")
    return sorted(found, key=lambda f: order.index(f.level))


def refuses(findings: Iterable[Finding]) -> bool:
    """Whether a message with these findings must not be sent."""
    return any(f.level == "error" for f in findings)


def apply_fix(
    content: Content, code: str, *, fields: Mapping[str, MergeField],
    sender: Sender | None = None, message_class: str = "advertising", country: str = "",
) -> Content:  # fmt: skip
    """The message with the finding of that code mended; unchanged when there is nothing to mend."""
    kind, _colon, name = code.partition(":")
    known = {**WAYS_OUT, **fields}
    rules = duties(message_class, country)
    if kind in ("subject_prefix", "subject_variant") and rules:
        return _with_prefix(content, rules)
    if kind == "https":
        return mended_addresses(content)
    if kind == "fallback" and name in known:
        return with_fallback(content, name, known[name].fallback.get(content.language, ""))
    if kind == "field":
        return with_field(content, name, known)
    return content


def _with_prefix(content: Content, rules: CountryRules) -> Content:
    rest = without_variants(content.subject, rules)
    return Content(
        f"{rules.subject_prefix} {rest}".strip(), content.html, content.text, content.preheader, content.language
    )


def _parts(content: Content) -> Iterator[tuple[str, str]]:
    for part in ("subject", "preheader", "html", "text"):
        yield part, getattr(content, part)


def _broken(content: Content, known: Mapping[str, MergeField]) -> Iterator[Finding]:
    """The first mistake of each part."""
    is_any = False
    for part, source in _parts(content):
        try:
            Reader(source, part, known, is_html=part == "html").read()
        except TemplateError as error:
            is_any = True
            yield _of_error(error)
    if not is_any:
        try:
            compile_content(content, fields=known)
        except TemplateError as error:
            yield _of_error(error)


def _of_error(error: TemplateError) -> Finding:
    fix = Sentence(_('Write "%(near)s"'), {"near": error.near}) if error.near else None
    return Finding(error.code, "error", error.part, error.sentence, fix, error.line, error.column)


def _subject(content: Content, rules: CountryRules | None) -> Iterator[Finding]:
    if not content.subject.strip():
        yield Finding("subject_empty", "error", "subject", Sentence(_("The subject is empty.")))
        return
    if rules is None or not rules.subject_prefix:
        return
    prefix = {"prefix": rules.subject_prefix}
    has_prefix = content.subject.startswith(rules.subject_prefix)
    rest = content.subject[:LONGEST_LINE].removeprefix(rules.subject_prefix)
    if rules.variants and rules.variants.search(rest):
        yield Finding(
            "subject_variant", "error", "subject",
            Sentence(
                _("The subject must begin with %(prefix)s, written exactly so. Other forms are against the law."),
                prefix,
            ),
            Sentence(_("Write %(prefix)s in front"), prefix),
        )  # fmt: skip
    elif not has_prefix:
        yield Finding(
            "subject_prefix", "note", "subject",
            Sentence(_("%(prefix)s is put in front of the subject, as the law asks of advertising."), prefix),
            Sentence(_("Write %(prefix)s in front"), prefix),
        )  # fmt: skip


def _sender(sender: Sender, rules: CountryRules | None) -> Iterator[Finding]:
    for name in rules.sender_fields if rules else ():
        if not getattr(sender, name).strip():
            yield Finding(f"sender_{name}", "error", "sender", Sentence(_NO_SENDER[name]))


def _fallbacks(content: Content, known: Mapping[str, MergeField]) -> Iterator[Finding]:
    told: set[str] = set()
    for part, source in _parts(content):
        try:
            bare = list(_bare_fields(Reader(source, part, known, is_html=part == "html")))
        except TemplateError:
            continue
        for name in bare:
            if name in told or known[name].is_always_known:
                continue
            told.add(name)
            offered = known[name].fallback.get(content.language, "")
            yield Finding(
                f"fallback:{name}", "warning", part,
                Sentence(
                    _('Not every customer has "%(name)s". Say what stands there instead: {{ %(name)s | "…" }}'),
                    {"name": name},
                ),
                Sentence(_('Write "%(fallback)s" where it is empty'), {"fallback": offered}) if offered else None,
            )  # fmt: skip


def _bare_fields(reader: Reader) -> Iterator[str]:
    """Fields without a fallback, outside of conditions that ask for them."""
    asked: list[Test | None] = []
    for token in reader.read():
        if isinstance(token, str):
            continue
        if token.kind == "if":
            asked.append(token.test)
        elif token.kind in ("elif", "else") and asked:
            asked[-1] = token.test
        elif token.kind == "end" and asked:
            asked.pop()
        elif token.kind == "field" and not token.fallback:
            guards = {t.name for t in asked if t and t.operator in ("is", "not empty")}
            if token.name not in guards:
                yield token.name


def _whole(
    content: Content, sender: Sender, message_class: str, country: str, known: Mapping[str, MergeField]
) -> Iterator[Finding]:
    rules = duties(message_class, country)
    sample = {name: field.sample.get(content.language) or field.sample.get("en", "") for name, field in known.items()}
    compiled = compile_content(content, fields=known, sender=sender, message_class=message_class, country=country)
    rendered = compiled.render({**sample, OPEN_PIXEL: ""})
    if len(rendered.subject) > LONGEST_SUBJECT:
        yield Finding(
            "subject_long", "warning", "subject",
            Sentence(_("The subject has about %(count)s characters. Many inboxes show the first %(most)s."),
                     {"count": len(rendered.subject), "most": LONGEST_SUBJECT}),
        )  # fmt: skip
    draft = Draft(content, fields=known, sender=sender, rules=rules)
    if rules and (draft.footer_html or draft.footer_text):
        yield Finding(
            "footer", "note", "html",
            Sentence(_("A footer with your company's name, contact and the way to opt out is put at the end.")),
        )  # fmt: skip
    if rules is None:
        yield from _not_advertising(draft, message_class)


def _not_advertising(draft: Draft, message_class: str) -> Iterator[Finding]:
    if message_class == "test":
        return
    c = draft.content
    if found := ADVERTISING_WORDS.search(f"{c.subject}\n{c.preheader}\n{draft.text}"):
        sentence = _('"%(word)s" looks like advertising. Advertising needs consent and a class of its own.')
        yield Finding("looks_like_advertising", "warning", "html", Sentence(sentence, {"word": found.group()}))
    if any(token.name == UNSUBSCRIBE for token, _reader in draft.marks.tokens):
        yield Finding(
            "way_out_needless", "warning", "html",
            Sentence(_("Only advertising can be unsubscribed from. This message goes to the customer all the same.")),
        )  # fmt: skip
