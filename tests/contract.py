"""The contract of every object: who may do what, list, record, history, REST and its cost. Inherited, not copied."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import AccessNotDecided, Forbidden
from dangol.platform.access.guard import GuardedModel
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.services import create_api_key
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import grouping, listing, reading
from dangol.platform.objects.added.columns import HasCustom
from dangol.platform.objects.filters import OPERATORS, FilterError
from dangol.platform.objects.keyset import CursorError
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.objects.sharing import share_record
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.who_sees import WhoSees
from dangol.platform.objects.writing import Conflict, NotFound
from tests import custom
from tests.cast import Cast
from tests.doors import PAGES, REST, asker, inside, open_doors
from tests.hidden import told_nowhere, written_nowhere

EVERYONE = ("owner", "mate", "stranger", "manager", "admin")


@pytest.mark.django_db
class ObjectContract:
    """Subclass with `name`, `values`, `change` (field, new value) and who sees the owner's record.

    `make(actor, n)` adds the n-th record as that actor; the default uses the slice's own `create` service.
    """

    __test__ = False
    name: ClassVar[str]
    change: ClassVar[tuple[str, Any]]
    seen_by: ClassVar[set[str]] = {"owner", "mate", "manager", "admin"}
    list_queries: ClassVar[int] = 8
    hidden: ClassVar[tuple[str, Any] | None] = None

    @property
    def closed(self) -> tuple[str, Any]:
        """A field that a role may hide, and a value for it: what is changed, unless that names the records."""
        return self.hidden or self.change

    def values(self, n: int) -> dict[str, Any]:
        raise AssertionError("say which values the n-th record has")

    @property
    def declared(self) -> ObjectType:
        return object_type(self.name)

    def make(self, actor: Actor, n: int = 1) -> Any:
        assert self.declared.create is not None
        return self.declared.create(actor=actor, values=self.values(n))

    def slug(self, *parts: Any) -> str:
        return "/".join(["", "api", "v1", self.declared.slug, *map(str, parts)])

    def browser(self, cast: Cast, who: str) -> Client:
        client = Client()
        client.force_login(cast.users[who])
        return client

    # -- who may see -------------------------------------------------------------------------------------------

    def test_every_door_gives_the_same_answer(self, cast: Cast) -> None:
        """Lists, counts, sums, search, exports, feed, webhooks, audit, notes, pages, REST: all open, or all shut."""
        record = self.make(cast.actor("owner"))
        doors = {**inside(self.declared), **PAGES, **REST}
        for who in EVERYONE:
            # Pages and REST are drawn from the functions; the owner and the stranger go through them too.
            tried = doors if who in ("owner", "stranger") else {**inside(self.declared), "REST list": REST["REST list"]}
            expected = set(tried) if who in self.seen_by else set()
            found = open_doors(asker(cast, who, self.declared, record), tried)
            assert found == expected, (who, found ^ expected)
        for who in ("owner's reading key", "stranger's key"):
            expected = set(REST) if who.partition("'")[0] in self.seen_by else set()
            assert open_doors(asker(cast, who, self.declared, record), REST) == expected, who
        assert open_doors(asker(cast, "anonymous", self.declared, record), doors) == set()

    def test_sharing_opens_every_door_to_one_person_only(self, cast: Cast) -> None:
        if "stranger" in self.seen_by:
            pytest.skip("seen by everybody")
        record = self.make(cast.actor("owner"))
        deciding, doors = WhoSees(self.declared, record).deciding, {**inside(self.declared), **REST}
        Role.objects.filter(name="scope-team").update(grants={"*": {"see": "shared", "export": "shared"}})
        assert open_doors(asker(cast, "stranger", self.declared, record), doors) == set()
        name, owner = deciding.access_name, cast.actor("owner")
        share_record(actor=owner, object_name=name, record_id=deciding.pk, user=cast.stranger)
        assert open_doors(asker(cast, "stranger", self.declared, record), doors) == set(doors)
        assert open_doors(asker(cast, "mate", self.declared, record), doors) == set()
        field, value = self.change
        with pytest.raises(Forbidden):
            self.declared.change(actor=cast.actor("stranger"), record_id=record.pk, values={field: value})  # type: ignore[misc]

    def test_anonymous_is_sent_away_everywhere(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        client = Client()
        assert client.get(self.slug()).status_code == 401
        assert client.get(self.slug(record.pk)).status_code == 401
        for address in (f"/{self.declared.slug}", f"/{self.declared.slug}/{record.pk}"):
            answer = client.get(address)
            assert answer.status_code == 302
            assert "/login" in answer["Location"]
        with pytest.raises(Forbidden):
            listing.page(self.declared, Actor.anonymous(), ListQuery())

    def test_an_api_key_sees_what_its_owner_sees_and_a_read_only_one_cannot_write(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        admin = cast.actor("admin")
        for who in ("owner", "stranger"):
            _, secret = create_api_key(actor=admin, user=cast.users[who], name="t", is_read_only=True)
            rows = Client().get(self.slug(), headers={"X-API-Key": secret}).json()["rows"]
            assert [r["id"] for r in rows] == ([record.pk] if who in self.seen_by else [])
            field, value = self.change
            answer = Client().patch(
                self.slug(record.pk), json.dumps({field: value}), "application/json", headers={"X-API-Key": secret}
            )
            assert answer.status_code in (403, 404)

    def test_a_query_without_an_actor_raises(self) -> None:
        model: type[GuardedModel] = self.declared.model
        with pytest.raises(AccessNotDecided):
            model.objects.count()

    def test_a_hidden_field_is_nowhere(self, cast: Cast) -> None:
        """Neither shown, sorted, filtered, grouped, exported nor edited, and told by no title."""
        field, value = self.closed
        record = self.make(cast.actor("owner"))
        self.declared.change(actor=cast.actor("owner"), record_id=record.pk, values={field: value})  # type: ignore[misc]
        cast.admin.roles.update(fields={self.name: {field: "hidden"}})
        actor, who = cast.actor("admin"), asker(cast, "admin", self.declared, record)
        assert field not in fields_for(self.declared, actor)
        assert field not in reading.row_of(self.declared, actor, record).values
        assert field not in grouping.groupable(self.declared, actor)
        asked: dict[str, Any] = {"field": field, "op": "is_empty"}
        for tree in (asked, {"not": asked}, {"or": [{"and": [asked]}]}):
            with pytest.raises(FilterError):
                listing.count(self.declared, actor, ListQuery(filter=tree))
        with pytest.raises(FilterError):
            listing.page(self.declared, actor, ListQuery(sort=field))
        with pytest.raises(Forbidden):
            self.declared.change(actor=actor, record_id=record.pk, values={field: value})  # type: ignore[misc]
        seen = reading.find(self.declared, actor, record.pk)
        assert str(value) not in f"{self.declared.title(seen)} {self.declared.subtitle(seen)}"
        told_nowhere(who, field, value)

    # -- who may write -----------------------------------------------------------------------------------------

    @pytest.mark.parametrize("who", EVERYONE)
    def test_change_is_for_who_may_and_leaves_a_trace(self, cast: Cast, who: str) -> None:
        record = self.make(cast.actor("owner"))
        field, value = self.change
        change = self.declared.change
        assert change is not None
        if who not in self.seen_by:
            with pytest.raises(NotFound):
                change(actor=cast.actor(who), record_id=record.pk, values={field: value})
            return
        change(actor=cast.actor(who), record_id=record.pk, values={field: value})
        told = EventRecord.objects.get(name=f"{self.name}.changed", subject_id=record.pk)
        assert field in told.changes
        assert told.actor_id == cast.users[who].pk

    def test_who_only_sees_may_not_change(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        role = cast.users["mate"].roles.get()
        role.grants = {self.name: {"see": "all"}, "*": {"see": "all"}}
        role.save()
        field, value = self.change
        with pytest.raises(Forbidden):
            self.declared.change(actor=cast.actor("mate"), record_id=record.pk, values={field: value})  # type: ignore[misc]
        answer = self.browser(cast, "mate").patch(
            self.slug(record.pk), json.dumps({field: value}), content_type="application/json"
        )
        assert answer.status_code == 403

    def test_a_field_that_is_read_only_for_a_role_cannot_be_written(self, cast: Cast) -> None:
        """Neither by the service, nor in place, in bulk, by REST, in a batch, nor by taking back how it was written."""
        record = self.make(cast.actor("admin"))
        field, value = self.closed
        self.declared.change(actor=cast.actor("admin"), record_id=record.pk, values={field: value})  # type: ignore[misc]
        told = EventRecord.objects.get(name=f"{self.name}.changed", subject_id=record.pk)
        role = cast.users["admin"].roles.get()
        role.fields = {self.name: {field: "read"}}
        role.save()
        with pytest.raises(Forbidden):
            self.declared.change(actor=cast.actor("admin"), record_id=record.pk, values={field: value})  # type: ignore[misc]
        written_nowhere(asker(cast, "admin", self.declared, record), field, told)
        assert str(getattr(reading.find(self.declared, cast.actor("admin"), record.pk), field)) == str(value)

    def test_who_may_not_create_is_refused(self, cast: Cast) -> None:
        role = cast.users["mate"].roles.get()
        role.grants = {"*": {"see": "all"}}
        role.save()
        with pytest.raises(Forbidden):
            self.make(cast.actor("mate"))
        assert self.browser(cast, "mate").post(
            self.slug(), json.dumps({}), content_type="application/json"
        ).status_code in (403, 422)

    def test_a_change_that_changes_nothing_tells_nothing(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        field, value = self.change
        change = self.declared.change
        assert change is not None
        change(actor=cast.actor("owner"), record_id=record.pk, values={field: value})
        change(actor=cast.actor("owner"), record_id=record.pk, values={field: value})
        assert EventRecord.objects.filter(name=f"{self.name}.changed", subject_id=record.pk).count() == 1

    def test_the_second_editor_of_the_same_field_is_asked(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        field, value = self.change
        change = self.declared.change
        assert change is not None
        stale = {field: "what stood there long ago"}
        with pytest.raises(Conflict):
            change(actor=cast.actor("owner"), record_id=record.pk, values={field: value}, expected=stale)

    def test_an_unknown_field_is_refused_by_name(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        with pytest.raises(ValidationError) as caught:
            self.declared.change(actor=cast.actor("owner"), record_id=record.pk, values={"nonsense": 1})  # type: ignore[misc]
        assert "nonsense" in caught.value.message_dict

    def test_trash_hides_it_and_restore_brings_it_back(self, cast: Cast) -> None:
        record, owner = self.make(cast.actor("owner")), cast.actor("owner")
        assert self.declared.trash is not None
        assert self.declared.restore is not None
        self.declared.trash(actor=owner, record_id=record.pk)
        assert listing.page(self.declared, owner, ListQuery()).rows == []
        assert len(listing.page(self.declared, owner, ListQuery(in_trash=True)).rows) == 1
        self.declared.restore(actor=owner, record_id=record.pk)
        assert len(listing.page(self.declared, owner, ListQuery()).rows) == 1

    def test_history_names_who_and_what(self, cast: Cast) -> None:
        record = self.make(cast.actor("owner"))
        field, value = self.change
        self.declared.change(actor=cast.actor("owner"), record_id=record.pk, values={field: value})  # type: ignore[misc]
        told = reading.history(self.declared, cast.actor("owner"), record)
        assert [i.data["event"].name for i in told] == [f"{self.name}.changed", f"{self.name}.created"]
        assert told[0].detail == "Owner"
        assert [f.name for f, _old, _new in told[0].data["changes"]] == [field]

    # -- lists -------------------------------------------------------------------------------------------------

    def test_paging_meets_every_row_once_in_every_order(self, cast: Cast) -> None:
        made = {self.make(cast.actor("admin"), n).pk for n in range(7)}
        actor = cast.actor("admin")
        sortable = [f.name for f in fields_for(self.declared, actor).values() if f.is_sortable]
        assert sortable
        for sort in [*sortable, *(f"-{name}" for name in sortable)]:
            seen, after = [], ""
            while True:
                page = listing.page(self.declared, actor, ListQuery(sort=sort, after=after, limit=2))
                seen += [r.id for r in page.rows]
                after = page.next
                if not after:
                    break
            assert sorted(seen) == sorted(made), sort

    def test_a_list_costs_the_same_queries_for_two_rows_and_for_twenty(self, cast: Cast) -> None:
        actor = cast.actor("admin")
        columns = [f.name for f in fields_for(self.declared, actor).values() if f.kind != "custom"]
        costs = []
        for start, more in ((0, 2), (2, 18)):
            for n in range(start, start + more):
                self.make(actor, n)
            with CaptureQueriesContext(connection) as caught:
                listing.page(self.declared, actor, ListQuery(columns=columns))
            costs.append(len(caught))
        assert costs[0] == costs[1] <= self.list_queries

    def test_every_operator_of_every_field_compiles_or_says_why_not(self, cast: Cast) -> None:
        self.make(cast.actor("admin"))
        actor = cast.actor("admin")
        samples: list[Any] = ["x", 1, "2026-01-01", True, ["x", "y"], [1, 2], None, {"and": []}, ["2026-01-01"] * 2]
        for f in fields_for(self.declared, actor).values():
            for op in OPERATORS[f.kind]:
                understood, said = 0, set[str]()
                for sample in samples:
                    try:
                        listing.page(
                            self.declared, actor, ListQuery(filter={"field": f.name, "op": op, "value": sample})
                        )
                        understood += 1
                    except FilterError as error:
                        said.add(str(error))
                assert "" not in said
                assert understood or f.kind in ("choice", "tier", "custom"), (f.name, op)

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"x": 1}', '{"and": 3}', '{"field": "nope"}', '{"not": {}}'])
    def test_a_wrong_filter_is_a_sentence_not_a_crash(self, cast: Cast, text: str) -> None:
        answer = self.browser(cast, "admin").get(self.slug(), {"filter": text})
        assert answer.status_code == (200 if text == "" else 400)
        if text:
            assert answer.json()["detail"]

    @pytest.mark.parametrize("cursor", ["x", "!!!!", "bnVsbA", "WzEsMl0", "é" * 10])
    def test_a_wrong_cursor_is_a_sentence_not_a_crash(self, cast: Cast, cursor: str) -> None:
        with pytest.raises(CursorError):
            listing.page(self.declared, cast.actor("admin"), ListQuery(after=cursor))
        assert self.browser(cast, "admin").get(self.slug(), {"after": cursor}).status_code == 400

    # -- REST --------------------------------------------------------------------------------------------------

    def test_rest_creates_changes_trashes_and_restores(self, cast: Cast) -> None:
        client = self.browser(cast, "admin")
        body = json.dumps(self.values(1), default=str)
        made = client.post(self.slug(), body, content_type="application/json")
        assert made.status_code == 201, made.content
        pk = made.json()["id"]
        field, value = self.change
        changed = client.patch(self.slug(pk), json.dumps({field: value}), content_type="application/json")
        assert changed.status_code == 200, changed.content
        assert str(changed.json()[field]) == str(value)
        assert client.delete(self.slug(pk)).status_code == 204
        assert client.get(self.slug()).json()["rows"] == []
        assert client.post(self.slug(pk, "restore")).status_code == 204
        assert len(client.get(self.slug()).json()["rows"]) == 1

    def test_rest_names_the_wrong_field(self, cast: Cast) -> None:
        record = self.make(cast.actor("admin"))
        field, _value = self.change
        answer = self.browser(cast, "admin").patch(
            self.slug(record.pk), json.dumps({field: {"a": 1}}), content_type="application/json"
        )
        assert answer.status_code == 422
        assert any(field in fault["pointer"] for fault in answer.json()["errors"])

    @pytest.mark.parametrize("pk", [0, -1, 2**63, 10**30])
    def test_an_impossible_id_is_not_found(self, cast: Cast, pk: int) -> None:
        assert self.browser(cast, "admin").get(self.slug(pk)).status_code == 404

    # -- custom fields -----------------------------------------------------------------------------------------

    def test_custom_fields_stand_among_its_own(self, cast: Cast) -> None:
        """One of each kind: written with the record, changed, filtered, exported, answered by REST, hidden."""
        if not issubclass(self.declared.model, HasCustom):
            pytest.skip("takes no custom fields")
        admin, samples = cast.actor("admin"), custom.samples(self.name, cast)
        record = self.declared.create(actor=admin, values={**self.values(1), **samples})  # type: ignore[misc]
        shown = reading.row_of(self.declared, admin, reading.find(self.declared, admin, record.pk)).values
        assert {n: custom.plain(shown[n]) for n in samples} == {n: custom.plain(v) for n, v in samples.items()}
        assert shown["c_twice"] == 2 * shown["c_number"]
        self.declared.change(actor=admin, record_id=record.pk, values={"c_text": "other"})  # type: ignore[misc]
        for n, value in {**samples, "c_text": "other", "c_twice": 5}.items():
            op = "on" if n in ("c_date", "c_datetime") else "is"
            asked = {"field": n, "op": op, "value": value[0] if isinstance(value, list) else custom.in_json(value)}
            assert listing.count(self.declared, admin, ListQuery(filter=asked)).number == 1, n
        told = EventRecord.objects.get(name=f"{self.name}.changed", subject_id=record.pk)
        assert told.changes == {"c_text": [samples["c_text"], "other"]}
        answer = self.browser(cast, "admin").patch(
            self.slug(record.pk), json.dumps({"c_number": "7.5"}), content_type="application/json"
        )
        assert (answer.status_code, answer.json()["c_number"]) == (200, "7.5"), answer.content
        assert b"7.5" in b"".join(asker(cast, "admin", self.declared, record).rest("/export").streaming_content)
        cast.admin.roles.update(fields={self.name: {"c_text": "hidden", "c_number": "hidden"}})
        hidden = {"c_text", "c_number", "c_twice"}
        assert not hidden & fields_for(self.declared, cast.actor("admin")).keys()
        page = asker(cast, "admin", self.declared, record).page(f"/{record.pk}")
        assert b"other" not in page.content
