"""What a notice says, in the language of its receiver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.collaborative.channels.writing.rules.paragraphs import html_of
from dangol.core.consent.gate.rules import SERVICE, Asked
from dangol.core.consent.ledger.models import Channel, ConsentRecord, Purpose, State
from dangol.core.consent.notices.models import Notice
from dangol.platform.accounts.models import Workspace

SOURCE = "notice"
WHY = "a notice belongs to its receiver"
PREFERENCES = "{{ preferences_url }}"
LINK = f'<a href="{PREFERENCES}">{PREFERENCES}</a>'


def asked_of(content_id: int) -> Asked:
    """What the gate is asked about a notice: it is no advertising."""
    return Asked("email", SERVICE, None, timezone.now())


def message_of(content_id: int) -> Message | None:
    """The message that carries a letter."""
    return Message.objects.for_system(WHY).filter(source=SOURCE, source_id=content_id).first()


def written(
    notices: Sequence[Notice], records: Mapping[int, ConsentRecord], purposes: Mapping[int, Purpose], ours: Workspace,
    language: str,
) -> Written:  # fmt: skip
    """One letter that tells of all these notices of one person."""
    firm = _plain(ours.name or "Dangol")
    with translation.override(language):
        results = [records[n.record_id] for n in notices if n.kind == Notice.Kind.RESULT]
        again = [records[n.record_id] for n in notices if n.kind == Notice.Kind.RECONFIRM]
        subject = _subject(firm, bool(results))
        parts = [*_results(firm, results, purposes), *_again(firm, again, purposes), *_end(firm, ours)]
        text = "\n\n".join(parts)
        return Written(subject, html_of(text).replace(PREFERENCES, LINK), text, "", language)


def _subject(firm: str, is_result: bool) -> str:
    said = (
        _("Your choice about messages from %(firm)s was recorded") if is_result
        else _("You agreed to messages from %(firm)s: your consent still holds")
    )  # fmt: skip
    return said % {"firm": firm}


def _results(firm: str, records: Sequence[ConsentRecord], purposes: Mapping[int, Purpose]) -> list[str]:
    if not records:
        return []
    head = _("%(firm)s tells you, as the law asks, what became of what you told us about advertising.") % {"firm": firm}
    lines = [f"- {_line(r, purposes)}: {_result(r)}" for r in records]
    return [head, _("Sender: %(firm)s") % {"firm": firm}, "\n".join(lines)]


def _again(firm: str, records: Sequence[ConsentRecord], purposes: Mapping[int, Purpose]) -> list[str]:
    if not records:
        return []
    head = _(
        "Every two years we tell you, as the law asks, that you agreed to advertising from %(firm)s."
        " If you wish to keep receiving it, you need do nothing."
    )
    return [head % {"firm": firm}, "\n".join(f"- {_line(r, purposes)}" for r in records)]


def _end(firm: str, ours: Workspace) -> list[str]:
    choose = _("You can change or withdraw it at any time at no cost:")
    contact = " · ".join(_plain(part) for part in (firm, ours.address, ours.phone, ours.email) if part)
    return [f"{choose}\n{PREFERENCES}", contact]


def _line(record: ConsentRecord, purposes: Mapping[int, Purpose]) -> str:
    day = date_format(timezone.localtime(record.at), "DATE_FORMAT")
    channel = str(Channel(record.channel).label)
    if record.is_for_night:
        channel = _("%(channel)s at night") % {"channel": channel}
    state = {
        State.GIVEN: _("you agreed to “%(purpose)s” by %(channel)s on %(day)s"),
        State.REFUSED: _("you refused “%(purpose)s” by %(channel)s on %(day)s"),
        State.WITHDRAWN: _("you withdrew your consent to “%(purpose)s” by %(channel)s on %(day)s"),
    }[State(record.state)]
    return state % {"purpose": _plain(str(purposes[record.purpose_id])), "channel": channel, "day": day}


def _result(record: ConsentRecord) -> str:
    if record.state == State.GIVEN:
        return _("done, we send it to you from now on")
    return _("done, we send it to you no more")


def _plain(text: str) -> str:
    # What people entered is no template.
    return text.replace("{", "(").replace("}", ")")
