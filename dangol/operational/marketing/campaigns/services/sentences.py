"""Why a move is refused, as people read it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dangol.operational.marketing.campaigns.rules.moves import WrongMove


def refused(wrong: WrongMove) -> ValidationError:
    """The sentence for a move that the campaign's state does not allow."""
    return ValidationError(sentence(wrong.code), code=wrong.code)


def sentence(code: str) -> str:
    """The sentence of `WrongMove.code`."""
    return {
        "sent": _("This campaign is sent already."),
        "stopped": _("This campaign was stopped. Copy it to send it again."),
        "is_sending": _("This campaign is being sent. Only a draft can be changed."),
        "is_paused": _("This campaign is paused already."),
        "is_scheduled": _("This campaign is scheduled. Take it back to a draft first."),
        "is_draft": _("This campaign is a draft still."),
    }[code]
