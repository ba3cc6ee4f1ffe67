"""What the frame shows of the rules of law: their page in the set-up, their kinds in words, and the events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "workspace")
WORDS = {
    "consent": _("Consent before advertising"),
    "transaction_months": _("Months after a transaction without consent"),
    "indirect_sources": _("Sources whose contact was not collected directly"),
    "night": _("Night"),
    "reconfirm_months": _("Months until consent is confirmed again"),
    "result_days": _("Days to tell the result"),
    "guardian_age": _("Guardian needed below the age of"),
    "certified_sender": _("Certified sender for bulk messages"),
    "label": _("Label of advertising"),
    "opt_out": _("Way to opt out at no cost"),
    "access_days": _("Days to let data be seen"),
    "correction_days": _("Days to correct"),
    "erasure_days": _("Days to erase"),
    "restriction_days": _("Days to restrict"),
}
VALUES = {
    "prior": _("asked before"), "opt_out": _("until objected"), "unlimited": _("without end"), "none": _("none"),
    "yes": _("needed"), "no": _("not needed"), "0": _("none"),
}  # fmt: skip
REGIONS = {
    "KR": _("Korea"), "EU": _("European Union and Economic Area"), "GB": _("United Kingdom"),
    "US": _("United States"), "JP": _("Japan"),
}  # fmt: skip

register_title("law.corrected", EventTitle(_("Rule of law corrected"), "gavel"))
register_title("sender.certified", EventTitle(_("Certificate of a sender written down"), "certificate"))
register("setup", item("law", _("Rules of law"), "gavel", "law:rules", 46,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(_("Rules of law"), "/setup/law", "gavel", _("law country statute night consent certificate"), NEEDS)
