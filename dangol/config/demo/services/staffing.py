"""The demo company's own people: teams and staff."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from dangol.config.demo.generator.invent import DemoCompany
from dangol.config.demo.generator.staff import PASSWORD
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Team, User
from dangol.platform.accounts.services import create_user, ensure_builtin_roles
from dangol.platform.mail.models import OwnAddress


def hire(*, actor: Actor, company: DemoCompany) -> dict[str, int]:
    """Make the teams and the staff; returns their keys by e-mail. Who is there already stays as they are."""
    ensure_builtin_roles(actor=actor)
    teams: dict[str, Team] = {}
    for team in company.teams:
        parent = teams.get(team.parent)
        teams[team.key], _ = Team.objects.get_or_create(
            name=team.name.told(company.language), defaults={"parent": parent, "is_demo": True}
        )
    staff: dict[str, User] = {u.email: u for u in User.objects.filter(email__in=[m.address for m in company.members])}
    hired: list[int] = []
    by_name = {m.email: m.address for m in company.members}
    for member in company.members:
        if member.address not in staff:
            staff[member.address] = create_user(
                actor=actor,
                email=member.address,
                name=member.name.told(company.language),
                roles=[member.role],
                language=member.language,
                time_zone="Asia/Seoul",
                team=teams[member.team],
                manager=staff.get(by_name.get(member.manager, "")),
                is_demo=True,
            )
            hired.append(staff[member.address].pk)
    # One slow hash for all, since the password is no secret.
    User.objects.filter(pk__in=hired).update(password=make_password(PASSWORD))
    # Their addresses lead nowhere but into the local catcher, so test mail may go there at once.
    OwnAddress.objects.bulk_create(
        [OwnAddress(user_id=user.pk, email=email) for email, user in staff.items() if user.pk in hired]
    )
    return {email: user.pk for email, user in staff.items()}
