"""Who may do what to whose account, and that nobody climbs."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.entry import tickets
from dangol.platform.accounts.entry.attempts import INVITE, LIMITS, TooManyAttempts
from dangol.platform.accounts.models import Invitation, Role, Session, Team, Ticket, User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.services import create_api_key, create_user
from dangol.platform.accounts.staff.invitations import invite, resend, withdraw
from dangol.platform.accounts.staff.queries import manager_tree
from dangol.platform.accounts.staff.services import change_user, deactivate_user, reactivate_user
from dangol.platform.accounts.staff.teams import change_team, create_team, delete_team
from dangol.platform.accounts.tests.doors import (
    NEW,
    PASSWORD,
    link_in,
    send_letters,
    sign_in,
    signed_in,
    with_password,
    with_second_step,
)
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def role(name: str) -> Role:
    return Role.objects.get(name=name)


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    sales = [str(role("sales").pk)]
    return {
        "email": "sora@firm.test",
        "name": "Sora",
        "language": "ko",
        "team": "",
        "manager": "",
        "roles": sales,
        **more,
    }


@pytest.fixture
def keeper(system: Actor, cast: Cast) -> User:
    """May change accounts, but has only the rights of sales besides."""
    grants = {**role("sales").grants, "user": {"see": "all", "create": "all", "change": "all"}}
    Role.objects.create(name="keeper", label="Keeper", grants=grants)
    return create_user(actor=system, email="keeper@firm.test", name="Keeper", roles=["keeper"])


class TestInvitations:
    def test_somebody_is_invited_joins_and_has_the_rights_given(self, cast: Cast) -> None:
        client = signed_in(cast.admin)
        team = Team.objects.get(name="Here")
        sent = asked(cast, team=str(team.pk), manager=str(cast.manager.pk))
        assert client.post("/setup/staff/invite", sent)["Location"] == "/setup/staff"
        ((to, text),) = send_letters()
        assert to == "sora@firm.test"
        assert "초대" in text or "Sora" in text
        path, visitor = link_in(text), Client()
        assert "sora@firm.test" in visitor.get(path).content.decode()
        answer = visitor.post(path, {"name": "이소라", "password": PASSWORD, "again": PASSWORD})
        assert answer["Location"] == "/login"
        assert visitor.post(path, {"name": "x", "password": NEW, "again": NEW}).status_code == 404
        assert sign_in(visitor, "sora@firm.test").status_code == 302
        sora = User.objects.get(email="sora@firm.test")
        assert (sora.name, sora.team, sora.manager, sora.language) == ("이소라", team, cast.manager, "ko")
        assert [one.name for one in sora.roles.all()] == ["sales"]
        names = set(EventRecord.objects.values_list("name", flat=True))
        assert {"invitation.sent", "invitation.accepted", "user.created"} <= names

    def test_the_page_asks_at_most_twelve_times(self, cast: Cast) -> None:
        for n in range(3):
            sales = [str(Role.objects.get(name="sales").pk)]
            invite(actor=cast.actor("admin"), values={"email": f"new{n}@firm.test", "language": "en", "roles": sales})
        client = signed_in(cast.admin)
        client.get("/setup/staff")
        with CaptureQueriesContext(connection) as caught:
            shown = client.get("/setup/staff").content.decode()
        assert "new2@firm.test" in shown
        assert "Administrator" in shown
        assert len(caught) <= 12, "\n".join(q["sql"][:120] for q in caught)

    def test_a_bad_password_is_refused_by_field_and_the_link_stays_good(self, cast: Cast) -> None:
        invite(actor=cast.actor("admin"), values=asked(cast))
        path = link_in(send_letters()[0][1])
        answer = Client().post(path, {"name": "", "password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 422
        assert 'id="name_error"' in answer.content.decode()
        assert Client().post(path, {"name": "So", "password": "1234567890", "again": "1234567890"}).status_code == 422
        assert Client().get(path).status_code == 200

    def test_a_withdrawn_or_old_link_is_dead_and_one_sent_again_is_new(self, cast: Cast) -> None:
        admin = cast.actor("admin")
        invitation = invite(actor=admin, values=asked(cast))
        first = link_in(send_letters()[0][1])
        resend(actor=admin, invitation=invitation)
        second = link_in(send_letters()[-1][1])
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
        Ticket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert Client().get(second).status_code == 404
        resend(actor=admin, invitation=invitation)
        third = link_in(send_letters()[-1][1])
        withdraw(actor=admin, invitation=invitation)
        assert Client().get(third).status_code == 404
        invite(actor=admin, values=asked(cast))

    def test_nobody_is_invited_twice_or_who_is_here_or_wrongly(self, cast: Cast) -> None:
        client = signed_in(cast.admin)
        client.post("/setup/staff/invite", asked(cast))
        wrong = [
            ({}, "email"), ({"email": "OWNER@firm.test"}, "email"), ({"email": "no address"}, "email"),
            ({"email": "new@firm.test", "roles": []}, "roles"), ({"email": "new@firm.test", "roles": ["999"]}, "roles"),
            ({"email": "new@f.test", "team": "77777"}, "team"), ({"email": "n@f.test", "language": "xx"}, "language"),
            ({"email": "new@firm.test", "manager": "x"}, "manager"), ({"email": "n@f.test", "name": "a" * 121}, "name"),
            ({"email": "new@firm.test", "name": "two\nlines"}, "name"),
        ]  # fmt: skip
        for more, field in wrong:
            answer = client.post("/setup/staff/invite", asked(cast, **more))
            assert (answer.status_code, list(answer.context["errors"])) == (422, [field]), more
        assert Invitation.objects.count() == 1

    def test_invitations_to_one_address_are_counted(self, cast: Cast) -> None:
        admin = cast.actor("admin")
        invitation = invite(actor=admin, values=asked(cast))
        for _n in range(LIMITS[INVITE].per_email - 1):
            resend(actor=admin, invitation=invitation)
        with pytest.raises(TooManyAttempts):
            resend(actor=admin, invitation=invitation)

    def test_one_may_only_give_what_one_has(self, cast: Cast, keeper: User) -> None:
        client = signed_in(keeper)
        for name in ("administrator", "manager", "service", "analyst"):
            answer = client.post("/setup/staff/invite", asked(cast, roles=[str(role(name).pk)]))
            assert answer.status_code == 403, name
        assert client.post("/setup/staff/invite", asked(cast)).status_code == 302


class TestRights:
    def test_a_manager_sees_staff_but_changes_nothing(self, cast: Cast, system: Actor) -> None:
        boss = create_user(actor=system, email="boss@firm.test", name="Boss", roles=["manager"])
        client = signed_in(boss)
        for path in ("/setup/staff", f"/setup/staff/{cast.owner.pk}", "/setup/staff/teams", "/setup/staff/roles",
                     f"/setup/staff/roles/{role('sales').pk}", "/setup/staff/roles/matrix"):  # fmt: skip
            assert client.get(path).status_code == 200, path
        tampered = {"roles": [str(role("administrator").pk)], "email": boss.email, "name": "Boss", "language": "en"}
        sales, team = role("sales").pk, Team.objects.get(name="Here").pk
        for path in (f"/setup/staff/{boss.pk}", f"/setup/staff/{cast.owner.pk}",
                     f"/setup/staff/{cast.admin.pk}/deactivate",
                     f"/setup/staff/{cast.owner.pk}/second-step", f"/setup/staff/{cast.owner.pk}/sessions",
                     "/setup/staff/invite", "/setup/staff/teams", f"/setup/staff/teams/{team}",
                     f"/setup/staff/teams/{team}/delete",
                     f"/setup/staff/roles/{sales}", f"/setup/staff/roles/{sales}/copy",
                     f"/setup/staff/roles/{sales}/reset",
                     "/setup/staff/sign-in"):  # fmt: skip
            assert client.post(path, {**tampered, "label": "x"}).status_code == 403, path
        assert client.get("/setup/staff/keys").status_code == 403
        assert not boss.roles.filter(name="administrator").exists()

    def test_sales_sees_no_page_of_staff(self, cast: Cast, system: Actor) -> None:
        someone = create_user(actor=system, email="s@firm.test", name="S", roles=["sales"])
        client = signed_in(someone)
        for path in ("/setup/staff", f"/setup/staff/{cast.owner.pk}", "/setup/staff/invite", "/setup/staff/teams",
                     "/setup/staff/roles", "/setup/staff/roles/matrix", "/setup/staff/sign-in",
                     "/setup/staff/keys"):  # fmt: skip
            assert client.get(path).status_code == 403, path
        for path in ("/setup/staff", "/me/keys", "/me/second-step", "/me/sessions", "/me/password"):
            assert Client().get(path).status_code == 302, path

    def test_nobody_takes_over_an_account_with_wider_rights(self, cast: Cast, keeper: User) -> None:
        actor = actor_for(keeper)
        for change in (lambda: change_user(actor=actor, user=cast.admin, values={"email": "keeper2@firm.test"}),
                       lambda: deactivate_user(actor=actor, user=cast.admin),
                       lambda: create_api_key(actor=actor, user=cast.admin, name="stolen"),
                       lambda: change_user(actor=actor, user=keeper, values={"roles": [role("administrator")]}),
                       lambda: change_user(actor=actor, user=keeper, values={"roles": [role("analyst")]})):  # fmt: skip
            with pytest.raises(Forbidden):
                change()
        client = signed_in(keeper)
        body = {"email": "keeper@firm.test", "name": "K", "language": "en", "team": "", "manager": ""}
        assert (
            client.post(f"/setup/staff/{keeper.pk}", {**body, "roles": [role("administrator").pk]}).status_code == 403
        )

    def test_a_key_makes_no_key_and_switches_no_second_step_on(self, cast: Cast) -> None:
        by_key = Actor(kind="api_key", user_id=cast.owner.pk, grants={"*": {"*": "all"}})
        with pytest.raises(Forbidden):
            create_api_key(actor=by_key, user=cast.owner, name="wider")

    def test_an_account_is_changed_with_before_and_after(self, cast: Cast) -> None:
        sent = {"email": "New@firm.test", "name": "새 이름", "language": "ko", "team": "", "manager": "",
                "roles": [str(role("sales").pk), str(role("service").pk)]}  # fmt: skip
        assert signed_in(cast.admin).post(f"/setup/staff/{cast.owner.pk}", sent).status_code == 302
        event = EventRecord.objects.filter(name="user.changed", subject_id=cast.owner.pk).latest("occurred_at")
        assert event.changes["roles"] == [["scope-own"], ["sales", "service"]]
        assert event.changes["email"] == ["owner@firm.test", "new@firm.test"]
        assert event.actor_id == cast.admin.pk

    def test_another_address_ends_the_links_sent_to_the_old_one(self, cast: Cast) -> None:
        token = tickets.issue(Ticket.Kind.RESET, user=cast.owner)
        change_user(actor=cast.actor("admin"), user=cast.owner, values={"email": "other@firm.test"})
        assert Client().get(f"/new-password/{token}").status_code == 404


class TestLeaving:
    def test_sessions_keys_and_links_end_at_once(self, cast: Cast) -> None:
        client = signed_in(with_password(cast.owner))
        client.force_login(cast.owner)
        _key, secret = create_api_key(actor=cast.actor("owner"), user=cast.owner, name="till")
        headers = {"X-API-Key": secret}
        assert Client(headers=headers).get("/api/v1/people").status_code == 200
        token = tickets.issue(Ticket.Kind.RESET, user=cast.owner)
        assert signed_in(cast.admin).post(f"/setup/staff/{cast.owner.pk}/deactivate").status_code == 302
        assert client.get("/me").status_code == 302
        assert Client(headers=headers).get("/api/v1/people").status_code == 401
        assert Client().get(f"/new-password/{token}").status_code == 404
        assert sign_in(Client(), "owner@firm.test").status_code == 422
        assert not Session.objects.filter(user=cast.owner).exists()
        reactivate_user(actor=cast.actor("admin"), user=cast.owner)
        assert sign_in(Client(), "owner@firm.test").status_code == 302
        assert Client(headers=headers).get("/api/v1/people").status_code == 401

    def test_the_last_administrator_stays(self, cast: Cast, system: Actor) -> None:
        client = signed_in(cast.admin)
        body = {"email": cast.admin.email, "name": "Admin", "language": "en", "team": "", "manager": ""}
        answer = client.post(f"/setup/staff/{cast.admin.pk}", {**body, "roles": [role("sales").pk]})
        assert answer.status_code == 422
        assert "last administrator" in answer.content.decode()
        with pytest.raises(ValidationError, match="last administrator"):
            deactivate_user(actor=system, user=cast.admin)
        with pytest.raises(ValidationError, match="own account"):
            deactivate_user(actor=cast.actor("admin"), user=cast.admin)
        create_user(actor=system, email="second@firm.test", name="Second", roles=["administrator"])
        deactivate_user(actor=system, user=cast.admin)
        assert not User.objects.get(pk=cast.admin.pk).is_active

    def test_the_second_step_of_somebody_who_lost_the_phone_is_taken_away_and_told(self, cast: Cast) -> None:
        with_second_step(cast.owner)
        client = signed_in(cast.owner)
        signed_in(cast.admin).post(f"/setup/staff/{cast.owner.pk}/second-step")
        assert User.objects.get(pk=cast.owner.pk).totp_since is None
        assert client.get("/me").status_code == 302
        assert send_letters()[-1][0] == "owner@firm.test"


class TestTeams:
    def test_a_team_is_made_renamed_filled_and_deleted_when_empty(self, cast: Cast) -> None:
        admin = cast.actor("admin")
        team = create_team(actor=admin, name="  Night shift ")
        assert team.name == "Night shift"
        change_team(actor=admin, team=team, values={"name": "Late", "members": [cast.owner.pk, cast.mate.pk]})
        assert set(User.objects.filter(team=team)) == {cast.owner, cast.mate}
        with pytest.raises(ValidationError, match="still has members"):
            delete_team(actor=admin, team=team)
        change_team(actor=admin, team=team, values={"members": []})
        delete_team(actor=admin, team=team)
        with pytest.raises(ValidationError):
            create_team(actor=admin, name="here")

    def test_teams_and_managers_never_run_in_circles(self, cast: Cast) -> None:
        admin = cast.actor("admin")
        a, b = create_team(actor=admin, name="A"), create_team(actor=admin, name="B")
        change_team(actor=admin, team=b, values={"parent": a})
        with pytest.raises(ValidationError):
            change_team(actor=admin, team=a, values={"parent": b})
        with pytest.raises(ValidationError):
            change_user(actor=admin, user=cast.manager, values={"manager": str(cast.owner.pk)})
        User.objects.filter(pk=cast.manager.pk).update(manager=cast.owner)
        shown = [branch.user for branch in manager_tree()]
        assert {cast.manager, cast.owner} <= set(shown)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_send_each_other_away_at_once(cast: Cast, system: Actor) -> None:
    second = create_user(actor=system, email="second@firm.test", name="Second", roles=["administrator"])
    refused: list[Exception] = []

    def send_away(user: User) -> None:
        try:
            deactivate_user(actor=system, user=user)
        except ValidationError as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=send_away, args=(user,)) for user in (cast.admin, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    assert len(refused) == 1
    assert User.objects.filter(is_active=True, roles__name="administrator").count() == 1
