"""The editor of roles changes exactly what was asked, tells it, and lets nobody climb."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.access.actor import ACTIONS, SCOPES, Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.judging import may_give
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.roles.matrix import differences, read_form, rows_of, tidy_grants
from dangol.platform.accounts.roles.services import change_role, copy_role, delete_role, reset_role
from dangol.platform.accounts.rules import BUILTIN_ROLES, add_grants, reach
from dangol.platform.accounts.services import create_user
from dangol.platform.accounts.tests.doors import signed_in
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

names = st.sampled_from(["person", "order", "*"])
grants = st.dictionaries(names, st.dictionaries(st.sampled_from([*ACTIONS, "*"]), st.sampled_from(SCOPES)), max_size=3)


@given(grants)
def test_the_shortest_form_of_a_role_holds_the_same_rights(given_grants: Any) -> None:
    tidy = tidy_grants(given_grants)
    for o in ("person", "order", "company", "*"):
        for a in ACTIONS:
            assert reach(tidy, o, a) == reach(given_grants, o, a)


@given(st.lists(grants, min_size=1, max_size=3), grants)
def test_whoever_may_give_a_role_gains_nothing_from_it(mine: list[Any], role: Any) -> None:
    before = Actor(kind="user", grants=add_grants(mine))
    if may_give(before, "x", role, {}):
        after = Actor(kind="user", grants=add_grants([*mine, role]))
        for o in ("person", "order", "company", "user"):
            for a in ACTIONS:
                assert SCOPES.index(after.scope(a, o)) <= SCOPES.index(before.scope(a, o))


def form_of(role: Role) -> dict[str, str]:
    """What the browser sends when nothing was touched."""
    sent = {cell.name: cell.chosen for row in rows_of(role) for cell in row.cells if cell.is_meant}
    sent |= {one.name: one.right for row in rows_of(role) for one in row.fields}
    return {**sent, "label": role.label}


def role(name: str) -> Role:
    return Role.objects.get(name=name)


@pytest.mark.django_db
class TestTheEditor:
    @pytest.mark.parametrize("name", ["person.name", "company.name", "product.name", "order.number", "segment.name"])
    def test_what_names_a_record_cannot_be_hidden(self, cast: Cast, name: str) -> None:
        sales = role("sales")
        object_name, field = name.split(".")
        assert object_type(object_name).fields[0].name == field
        sent = {**form_of(sales), f"field.{name}": "hidden"}
        answer = signed_in(cast.admin).post(f"/setup/staff/roles/{sales.pk}", sent)
        assert answer.status_code == 422
        assert "cannot be hidden" in answer.content.decode()
        assert role("sales").fields == sales.fields
        offered = next(c for row in rows_of(sales) for c in row.fields if c.name == f"field.{name}").options
        assert [right for right, _label in offered] == ["read", "edit"]

    def test_a_role_that_hides_a_name_all_the_same_only_closes_it(self, cast: Cast) -> None:
        Role.objects.filter(name="scope-own").update(fields={"person": {"name": "hidden", "email": "hidden"}})
        actor = actor_for(cast.owner)
        assert actor.field_right("person", "name") == "read"
        assert actor.field_right("person", "email") == "hidden"

    def test_saving_an_untouched_form_changes_nothing(self, cast: Cast) -> None:
        for one in Role.objects.all():
            assert differences(one, *read_form(one, form_of(one))) == {}
            assert signed_in(cast.admin).post(f"/setup/staff/roles/{one.pk}", form_of(one)).status_code == 302
        assert not EventRecord.objects.filter(name="role.changed").exists()

    def test_one_right_and_one_field_are_changed_and_told_with_before_and_after(self, cast: Cast) -> None:
        sales = role("sales")
        sent = {**form_of(sales), "grant.person.change": "own", "field.person.email": "hidden", "grant.order.see": ""}
        assert signed_in(cast.admin).post(f"/setup/staff/roles/{sales.pk}", sent).status_code == 302
        sales.refresh_from_db()
        assert sales.grants["person"]["change"] == "own"
        assert sales.fields == {"person": {"email": "hidden"}}
        told = EventRecord.objects.get(name="role.changed")
        assert told.changes == {
            "person.change": ["team", "own"], "person.email": ["edit", "hidden"], "order.see": ["all", ""],
        }  # fmt: skip

    def test_nonsense_in_the_form_changes_nothing(self, cast: Cast) -> None:
        sales = role("sales")
        sent = {**form_of(sales), "grant.person.see": "everything", "field.person.email": "secret", "grant.x.y": "all"}
        signed_in(cast.admin).post(f"/setup/staff/roles/{sales.pk}", sent)
        assert differences(sales, role("sales").grants, role("sales").fields) == {}

    def test_every_object_and_its_fields_can_be_named(self, cast: Cast) -> None:
        page = signed_in(cast.admin).get(f"/setup/staff/roles/{role('sales').pk}").content.decode()
        for name in ("grant.person.bulk", "grant.order.export", "grant.segment.see", "grant.workspace.change",
                     "grant.user.see", "grant.insight.see", "grant.note.create", "grant.file.see", "grant.audit.see",
                     "grant.console.see", "grant.message.create", "field.person.email",
                     "field.order.amount"):  # fmt: skip
            assert f'name="{name}"' in page, name
        assert 'value="shared"' in page

    def test_a_hidden_field_is_gone_from_list_and_api_at_once(self, cast: Cast) -> None:
        cast.owner.roles.set([role("sales")])
        client = signed_in(cast.owner)
        columns = client.get("/api/v1/people?limit=1").status_code
        assert columns == 200
        change_role(actor=cast.actor("admin"), role=role("sales"), grants=role("sales").grants,
                    fields={"person": {"email": "hidden"}})  # fmt: skip
        assert actor_for(cast.owner).field_right("person", "email") == "hidden"

    def test_the_matrix_shows_every_role_and_is_made_to_be_printed(self, cast: Cast) -> None:
        page = signed_in(cast.admin).get("/setup/staff/roles/matrix").content.decode()
        for label in ("Administrator", "Manager", "Sales", "Marketing", "Service", "Analyst", "People", "Orders"):
            assert label in page
        assert "<del>E-mail</del>" in page


@pytest.mark.django_db
class TestRoles:
    def test_a_copy_is_changed_without_touching_the_first(self, cast: Cast) -> None:
        admin = cast.actor("admin")
        copied = copy_role(actor=admin, role=role("sales"), label="영업 보조")
        change_role(actor=admin, role=copied, grants={"person": {"see": "shared"}}, fields={})
        assert role("sales").grants["person"]["see"] == "all"
        with pytest.raises(ValidationError):
            copy_role(actor=admin, role=role("sales"), label="영업 보조")
        cast.owner.roles.add(copied)
        with pytest.raises(ValidationError, match="Somebody has this role"):
            delete_role(actor=admin, role=copied)
        cast.owner.roles.remove(copied)
        delete_role(actor=admin, role=copied)

    def test_a_role_that_came_with_dangol_is_changed_and_reset_but_not_deleted(self, cast: Cast) -> None:
        admin, sales = cast.actor("admin"), role("sales")
        change_role(actor=admin, role=sales, grants={"person": {"see": "own"}}, fields={}, label="Sellers")
        reset_role(actor=admin, role=sales)
        sales.refresh_from_db()
        _label, first, fields = BUILTIN_ROLES["sales"]
        assert differences(sales, first, fields) == {}
        assert sales.label == "Sales"
        with pytest.raises(ValidationError):
            delete_role(actor=admin, role=sales)
        with pytest.raises(ValidationError):
            reset_role(actor=admin, role=role("scope-own"))

    def test_the_administrators_role_keeps_its_rights(self, cast: Cast) -> None:
        with pytest.raises(ValidationError, match="keeps them"):
            change_role(actor=cast.actor("admin"), role=role("administrator"), grants={}, fields={})

    def test_who_may_change_accounts_but_little_else_cannot_widen_a_role(self, cast: Cast, system: Actor) -> None:
        Role.objects.create(name="keeper", label="Keeper", grants={"user": {"*": "all"}, "person": {"see": "team"}},
                            fields={"person": {"email": "hidden"}})  # fmt: skip
        keeper = create_user(actor=system, email="keeper@firm.test", name="Keeper", roles=["keeper"])
        actor, mine = actor_for(keeper), role("keeper")
        tries: list[Any] = [
            {"grants": {**mine.grants, "person": {"see": "all"}}, "fields": mine.fields},
            {"grants": {**mine.grants, "*": {"see": "own"}}, "fields": mine.fields},
            {"grants": mine.grants, "fields": {}},
        ]
        for more in tries:
            with pytest.raises(Forbidden):
                change_role(actor=actor, role=mine, **more)
        with pytest.raises(Forbidden):
            copy_role(actor=actor, role=role("administrator"), label="Mine")
        change_role(actor=actor, role=mine, grants={**mine.grants, "person": {"see": "own"}}, fields=mine.fields)
