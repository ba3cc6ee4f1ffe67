from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.access.actor import SCOPES, Actor
from dangol.platform.accounts.rules import BUILTIN_ROLES, add_fields, add_grants, below, reach

names = st.sampled_from(["person", "order", "*"])
actions = st.sampled_from(["see", "change", "*"])
grants = st.dictionaries(names, st.dictionaries(actions, st.sampled_from(SCOPES)))


@given(st.lists(grants, max_size=4))
def test_several_roles_reach_exactly_as_far_as_the_widest_of_them(roles: list[dict]) -> None:
    together = Actor(kind="user", grants=add_grants(roles))
    for o in ("person", "order", "company"):
        for a in ("see", "change", "delete"):
            widest = max((SCOPES.index(reach(r, o, a)) for r in roles), default=0)
            assert SCOPES.index(together.scope(a, o)) == widest


def test_a_field_is_as_open_as_the_most_open_role_leaves_it() -> None:
    closed = {"person": {"email": "hidden", "phone": "read"}}
    assert add_fields([closed, {}]) == {}
    assert add_fields([closed, {"person": {"email": "read"}}]) == {"person": {"email": "read"}}


def test_a_role_about_something_else_opens_no_field_that_another_hides() -> None:
    closed, orders = {"person": {"email": "hidden"}}, {"order": {"see": "all"}}
    assert add_fields([closed, {}], [{"person": {"see": "all"}}, orders]) == closed
    assert add_fields([closed, {}], [{"person": {"see": "all"}}, {"person": {"see": "own"}}]) == {}


@given(st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 8)))
def test_who_leads_whom_ends_even_in_circles(managers: dict[int, int | None]) -> None:
    for boss in range(1, 9):
        found = below(managers, boss)
        assert boss not in found
        assert all(managers.get(p) == boss or managers.get(p) in found for p in found)


def test_no_built_in_role_but_the_administrator_may_do_everything() -> None:
    for name, (_label, given_grants, _fields) in BUILTIN_ROLES.items():
        actor = Actor(kind="user", grants=given_grants)
        assert actor.may("delete", "workspace") is (name in ("administrator", "manager"))
        assert (actor.scope("delete", "person") == "all") is (name == "administrator")
        for staff_only in ("user", "console"):
            assert actor.may("change", staff_only) is (name == "administrator")


def test_the_analyst_sees_customers_but_not_how_to_reach_them() -> None:
    _label, given_grants, fields = BUILTIN_ROLES["analyst"]
    actor = Actor(kind="user", grants=given_grants, fields=fields)
    assert actor.scope("see", "person") == "all"
    assert {actor.field_right("person", f) for f in ("email", "phone", "address")} == {"hidden"}
