"""What the frame shows of mail: its pages, a quiet line while mail is only caught, and the words of its events."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.setup import Standing, Step, register_step
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.mail import courier  # noqa: F401
from dangol.platform.mail.domain.findings import worst
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.queries import catcher_state, last_lookup, mail_way, may_see_caught, question
from dangol.platform.ui.banners import Banner, register_banner
from dangol.platform.ui.navigation import item, register, register_command
from dangol.platform.ui.viewer import Viewer

NEEDS = ("change", "workspace")
BANNER_ON = frozenset({"insight:start", "insight:overview"})


def look_at_way(actor: Actor) -> Standing:
    """Mail leaves the house when a server is set and a letter reached it."""
    way = mail_way()
    if way.mode == MailWay.Mode.CATCHER:
        return Standing("todo", gettext("Mail is only caught on this machine; nothing leaves it."))
    if way.test_error:
        return Standing("warn", gettext("The last test did not arrive: %(why)s") % {"why": way.test_error})
    if way.tested_at is None:
        return Standing("warn", gettext("%(host)s is set; send a test.") % {"host": way.host})
    return Standing("done", f"{way.host} · {way.from_email}")


def look_at_domain(actor: Actor) -> Standing:
    """The domain is well when the last look into the DNS found nothing bad."""
    way = mail_way()
    asked, seen = question(way), last_lookup(way)
    if asked is None:
        return Standing("todo", gettext("The sender's address is missing."))
    if seen is None:
        return Standing("todo", gettext("%(domain)s was not looked up yet.") % {"domain": asked.domain})
    state = worst(seen.findings)
    if state == "good":
        return Standing("done", gettext("SPF, DKIM and DMARC of %(domain)s are well.") % {"domain": asked.domain})
    if state == "unknown":
        return Standing("warn", gettext("Not everything about %(domain)s could be told.") % {"domain": asked.domain})
    return Standing("warn", gettext("There is something to mend about %(domain)s.") % {"domain": asked.domain})


def catcher_banner(request: HttpRequest, viewer: Viewer) -> Banner | None:
    """A line on the overview of a house with customers of its own whose mail goes nowhere."""
    place = request.resolver_match
    if place is None or place.view_name not in BANNER_ON or not viewer.may(*NEEDS):
        return None
    state = catcher_state(viewer)
    if not state.is_on or state.is_demo:
        return None
    return Banner(
        _("Mail is only caught on this machine; nothing leaves it."), reverse("mail:way"), _("Set up mail"), "mail"
    )


def is_caught_shown(viewer: Viewer) -> bool:
    """Whether the sidebar names the catcher."""
    if not (viewer.is_signed_in and may_see_caught(viewer.actor)):
        return False
    state = catcher_state(viewer)
    return state.is_on or state.has_mail


register("setup", item("mail-way", _("Mail"), "mail", "mail:way", 20, is_open=lambda viewer: viewer.may(*NEEDS)))
register("setup", item("caught-mail", _("Caught mail"), "mailbox", "mail:caught", 25, is_open=is_caught_shown))
register_command(_("Mail set-up"), "/setup/mail", "mail", _("smtp server sender test password"), NEEDS)
register_command(_("SPF, DKIM and DMARC"), "/setup/mail/domain", "world-check", _("dns domain spam bounce"), NEEDS)
register_command(_("Caught mail"), "/mail/caught", "mailbox", _("catcher test sent letters"), ("see", "message"))
register_step(Step("mail", _("Mail"), "mail", "mail:way", look_at_way, 20))
register_step(Step("domain", _("SPF, DKIM and DMARC"), "world-check", "mail:domain", look_at_domain, 30))
register_banner(catcher_banner)
register_title("mail_way.changed", EventTitle(_("Mail set-up changed"), "mail"))
register_title("mail_way.tested", EventTitle(_("Mail tested"), "mail-check", is_quiet=True))
register_title("caught_mail.cleared", EventTitle(_("Caught mail deleted"), "trash", is_quiet=True))
register_title("own_address.verified", EventTitle(_("Own address confirmed"), "mail-check", is_quiet=True))
