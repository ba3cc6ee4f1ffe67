"""What the frame shows of accounts: set-up, the company profile, and the words of their events."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.entry.queries import open_invitations
from dangol.platform.accounts.models import User
from dangol.platform.accounts.profile import is_local
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.accounts.setup import Standing, Step, register_step
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command
from dangol.platform.ui.viewer import Viewer

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
NEEDS_STAFF = ("see", "user")


def look_at_staff(actor: Actor) -> Standing:
    """A house of one is not yet in use."""
    count = User.objects.filter(is_active=True, is_demo=False).count()
    waiting = open_invitations().count()
    if count > 1:
        people = ngettext("%(count)s person works here.", "%(count)s people work here.", count)
        return Standing("done", people % {"count": count})
    if waiting:
        return Standing("warn", gettext("The invitation was not accepted yet."))
    return Standing("todo", gettext("Nobody else was invited yet."))


def may_see_staff(viewer: Viewer) -> bool:
    """Whether the sidebar names staff."""
    return viewer.may(*NEEDS_STAFF)


register("setup", item("staff", _("Staff and rights"), "users", "accounts:staff", 15, is_open=may_see_staff))
register_command(_("Staff"), "/setup/staff", "users", _("user colleague account team manager deactivate"), NEEDS_STAFF)
register_command(
    _("Invite a colleague"), "/setup/staff/invite", "user-plus", _("user add new staff"), ("create", "user")
)
register_command(_("Teams"), "/setup/staff/teams", "users-group", _("tree manager members"), NEEDS_STAFF)
register_command(_("Roles"), "/setup/staff/roles", "shield", _("rights permission access field hidden"), NEEDS_STAFF)
register_command(_("Rights matrix"), "/setup/staff/roles/matrix", "table", _("roles print permission"), NEEDS_STAFF)
register_command(_("Sessions"), "/me/sessions", "device-desktop", _("signed in devices revoke"))
register_command(_("Second step"), "/me/second-step", "shield-check", _("totp two factor authenticator code"))
register_command(_("API keys"), "/me/keys", "key", _("program token rest"))
register_command(_("Change my password"), "/me/password", "lock", _("password"))
register_step(Step("staff", _("Invite a colleague"), "user-plus", "accounts:staff", look_at_staff, 40))

register_right(Right("workspace", _("The house (company, mail, set-up)"), ("see", "change"), has_rows=False, order=200))
register_right(Right("user", _("Staff, teams and roles"), ("see", "create", "change"), has_rows=False, order=210))
register_right(Right("audit", _("Audit log"), ("see", "export"), has_rows=False, order=220))
register_right(Right("console", _("Jobs, health and sizes"), ("see", "change"), has_rows=False, order=230))

for name, title in {
    "user.signed_in": EventTitle(_("Signed in"), "login", is_quiet=True),
    "user.sign_in_failed": EventTitle(_("Sign-in failed"), "lock-exclamation", is_quiet=True),
    "user.created": EventTitle(_("Account added"), "user-plus"),
    "user.changed": EventTitle(_("Account changed"), "user-edit"),
    "user.deactivated": EventTitle(_("Account deactivated"), "user-off"),
    "user.reactivated": EventTitle(_("Account reactivated"), "user-check"),
    "user.sessions_ended": EventTitle(_("Sessions ended"), "logout"),
    "user.password_changed": EventTitle(_("Password changed"), "lock"),
    "user.reset_asked": EventTitle(_("New password asked for"), "mail"),
    "user.second_step_changed": EventTitle(_("Second step changed"), "shield-check"),
    "user.recovery_code_used": EventTitle(_("Recovery code used"), "shield-check"),
    "user.sign_in_link_made": EventTitle(_("Sign-in link made"), "link"),
    "invitation.sent": EventTitle(_("Invitation sent"), "send"),
    "invitation.accepted": EventTitle(_("Invitation accepted"), "user-check"),
    "invitation.withdrawn": EventTitle(_("Invitation withdrawn"), "user-off"),
    "team.created": EventTitle(_("Team added"), "users-group"),
    "team.changed": EventTitle(_("Team changed"), "users-group"),
    "team.deleted": EventTitle(_("Team deleted"), "trash"),
    "role.created": EventTitle(_("Role added"), "shield"),
    "role.changed": EventTitle(_("Role changed"), "shield"),
    "role.deleted": EventTitle(_("Role deleted"), "trash"),
    "api_key.created": EventTitle(_("API key made"), "key"),
    "api_key.used": EventTitle(_("API key used"), "key", is_quiet=True),
    "api_key.revoked": EventTitle(_("API key ended"), "key-off"),
}.items():
    register_title(name, title)
register_title("workspace.changed", EventTitle(_("Company profile changed"), "id"))
