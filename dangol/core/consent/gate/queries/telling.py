"""The gate's reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.consent.gate.queries.registry import gate_rules
from dangol.core.consent.gate.rules import asking as code
from dangol.core.consent.law.rules.countries import READ_ON

NO_ADDRESS = {
    "email": _("No e-mail"),
    "sms": _("No phone number"),
    "kakao": _("No phone number"),
    "phone": _("No phone number"),
    "post": _("No postal address"),
}
LABELS = {
    code.GONE: _("No longer there"),
    code.NO_ADDRESS: _("No address"),
    code.BAD_ADDRESS: _("Address cannot be right"),
    code.SUPPRESSED: _("Address is suppressed"),
    code.NO_CONSENT: _("Never asked for consent"),
    code.REFUSED: _("Refused"),
    code.WITHDRAWN: _("Withdrew consent"),
    code.CAPPED: _("Had enough messages lately"),
    code.NIGHT: _("Night: waits until morning"),
    code.RESTRICTED: _("Asked that the data are not used"),
    code.MINOR: _("Too young, no guardian agreed"),
    code.FORGOTTEN: _("Was erased and did not consent since"),
    code.UNCONFIRMED: _("Was not told for two years that consent holds"),
    code.PAUSED: _("Asked for a pause"),
    code.WISHED: _("Asked for fewer messages"),
    code.UNCERTIFIED: _("No certified sender of texts"),
}
MEANINGS = {
    code.GONE: _("The customer is in the trash or was removed."),
    code.NO_ADDRESS: _("We know no address on this channel."),
    code.BAD_ADDRESS: _("The address is not one that mail or phones can reach, so nothing is sent to it."),
    code.SUPPRESSED: _("Mail to this address bounced, its owner complained, or staff took it out."),
    code.NO_CONSENT: _("Advertising needs consent given before, for its purpose and on its channel."),
    code.REFUSED: _("The customer said no when asked."),
    code.WITHDRAWN: _("The customer said yes and took it back."),
    code.CAPPED: _("The customer had as many advertising messages as the house sends within the days set above."),
    code.NIGHT: _("Advertising at night needs a separate consent; without it, it waits until 08:00. Not for e-mail."),
    code.RESTRICTED: _("The customer asked that nothing is done with the data for now."),
    code.MINOR: _("A child gets advertising only where a guardian agreed."),
    code.FORGOTTEN: _("The owner of this address was erased; only a digest of it is left, and it is not written to."),
    code.UNCONFIRMED: _(
        "The consent is older than two years and the customer was not told that it holds."
        " See the notices about consent."
    ),
    code.PAUSED: _("The customer wants no advertising for a while."),
    code.WISHED: _("The customer had as many advertising messages in 30 days as wished for."),
    code.UNCERTIFIED: _("Advertising texts go only through a certified sender; none is valid today."),
}
_ACT = "Network Act (정보통신망법)"
SOURCES = {
    code.NO_CONSENT: f"{_ACT} art. 50(1)",
    code.REFUSED: f"{_ACT} art. 50(2)",
    code.WITHDRAWN: f"{_ACT} art. 50(2)",
    code.NIGHT: f"{_ACT} art. 50(3), Enforcement Decree art. 61(2)",
    code.RESTRICTED: "PIPA (개인정보 보호법) art. 37; GDPR art. 18",
    code.MINOR: "PIPA (개인정보 보호법) art. 22-2; GDPR art. 8",
    code.FORGOTTEN: "PIPA (개인정보 보호법) art. 36; GDPR art. 17, 21(3)",
    code.UNCONFIRMED: f"{_ACT} art. 50(8), Enforcement Decree art. 62-3",
    code.UNCERTIFIED: f"{_ACT} art. 50-3",
}


@dataclass(frozen=True)
class Reason:
    """A reason to leave someone out, for pages; `source` and `checked_on` are set for the law's."""

    code: str
    label: Any
    meaning: Any
    is_of_law: bool
    can_be_overridden: bool
    is_for_service: bool
    source: str = ""
    checked_on: str = ""


def reason_label(reason: str, channel: str = "") -> str:
    """The reason in words ("No e-mail"); "" for "". An unknown code is returned as it is."""
    if reason == code.NO_ADDRESS and channel in NO_ADDRESS:
        return str(NO_ADDRESS[channel])
    for rule in gate_rules():
        if rule.name == reason:
            return str(rule.label)
    return str(LABELS.get(reason, reason))


def reasons() -> list[Reason]:
    """Every reason, in the order in which they are asked."""
    registered = [
        Reason(
            r.name, r.label, r.meaning, r.is_of_law, not r.is_of_law, code.SERVICE in r.message_classes,
            r.source, r.checked_on,
        )
        for r in gate_rules()
    ]  # fmt: skip
    return [*map(_own, code.BEFORE_RULES), *registered, *map(_own, code.AFTER_RULES)]


def _own(name: str) -> Reason:
    source = SOURCES.get(name, "")
    checked = READ_ON.isoformat() if source else ""
    return Reason(
        name, LABELS[name], MEANINGS[name], bool(source), name == code.CAPPED, name in code.ASKED_OF_SERVICE,
        source, checked,
    )  # fmt: skip
