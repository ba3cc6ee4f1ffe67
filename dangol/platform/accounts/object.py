"""What the frame shows of accounts: set-up, the company profile, and the words of their events."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.profile import is_local
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.setup import Standing, Step, register_step
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "workspace")


def look_at_company(actor: Actor) -> Standing:
    """Name, address, phone and e-mail must stand in what is sent; links need an address that works outside."""
    ours = workspace()
    needed = ((_("Name"), ours.name), (_("Address"), ours.address), (_("Phone"), ours.phone), (_("E-mail"), ours.email))
    missing = [str(label) for label, value in needed if not value]
    if missing:
        return Standing("todo", gettext("Still missing: %(fields)s.") % {"fields": ", ".join(missing)})
    if not ours.base_url or is_local(ours.base_url):
        return Standing(
            "warn", gettext("Customers cannot open links yet: there is no address that works from outside.")
        )
    return Standing("done", f"{ours.name} · {ours.base_url}")


register("setup", item("setup", _("Set-up list"), "list-check", "accounts:setup", 5, is_open=lambda v: v.may(*NEEDS)))
register("setup", item("company-profile", _("Company"), "id", "accounts:company", 10, is_open=lambda v: v.may(*NEEDS)))
register_command(
    _("Company profile"), "/setup/company", "id", _("firm name logo address currency zone language"), NEEDS
)
register_command(_("Set-up list"), "/setup", "list-check", _("start missing settings"), NEEDS)
register_step(Step("company", _("Company profile"), "id", "accounts:company", look_at_company, 10))
register_title("workspace.changed", EventTitle(_("Company profile changed"), "id"))
