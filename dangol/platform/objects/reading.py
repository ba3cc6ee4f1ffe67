"""One record for somebody: its facts, what hangs on it, and its story."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.events.models import EventRecord
from dangol.platform.events.titles import TITLES, EventTitle
from dangol.platform.objects.added.obeying import NOTHING, held
from dangol.platform.objects.former import former_sql
from dangol.platform.objects.hung import Hung, all_hung
from dangol.platform.objects.listing import Reference, Row, rows_with_values
from dangol.platform.objects.registry import StoryItem, all_fields, fields_for, panels
from dangol.platform.objects.types import Field, ObjectType, Panel
from dangol.platform.objects.undoing.planning import can_undo
from dangol.platform.objects.writing import NotFound


@dataclass(frozen=True)
class FactGroup:
    """Facts under one heading: (field, value, whether this viewer may edit it)."""

    title: Any
    facts: list[tuple[Field, Any, bool]]


@dataclass(frozen=True)
class OpenPanel:
    """A panel that has something to say, with what its template shows."""

    panel: Panel
    context: Mapping[str, Any]


def find(declared: ObjectType, actor: Actor, record_id: int) -> Any:
    """The record, in the trash or not. Raises NotFound when there is none or the actor may not see it."""
    found = declared.model.objects.visible_to(actor).filter(pk=record_id).first() if 0 < record_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return found


def row_of(declared: ObjectType, actor: Actor, record: Any) -> Row:
    """The record with the values of every field that the actor may see."""
    shown = [f for f in fields_for(declared, actor).values() if f.kind != "custom"]
    return rows_with_values(declared, actor, [record], shown)[0]


def may(declared: ObjectType, actor: Actor, record: Any, action: str) -> bool:
    """Whether the actor may do `action` to this very record. One query, none when the right reaches all or nothing."""
    scope = actor.scope(action, declared.name)
    if scope in ("all", "none"):
        return scope == "all"
    return bool(declared.model.objects.visible_to(actor, action).filter(pk=record.pk).exists())


def facts(declared: ObjectType, actor: Actor, row: Row) -> list[FactGroup]:
    """The record's own fields in groups, in the order of the declaration."""
    editable = declared.change is not None and may(declared, actor, row.record, "change")
    groups: dict[str, FactGroup] = {}
    own, ruled = {f.name for f in declared.fields}, held(row.record) if hasattr(row.record, "custom") else NOTHING
    for name, value in row.values.items():
        f = all_fields(declared)[name]
        if name not in own or not f.is_fact or name in ruled.hidden:
            continue
        is_open = f.is_editable and name not in ruled.locked
        can = editable and is_open and actor.field_right(declared.name, name) == "edit"
        groups.setdefault(str(f.group), FactGroup(f.group, [])).facts.append((f, value, can))
    return list(groups.values())


def open_panels(declared: ObjectType, actor: Actor, record: Any, names: Collection[str]) -> list[OpenPanel]:
    """The panels called so that have something to say."""
    found = []
    for panel in panels(declared):
        if panel.name in names:
            context = panel.context(actor, record)
            if context is not None:
                found.append(OpenPanel(panel, context))
    return found


DOORS = {"api": lazily("API"), "import": lazily("Import"), "automation": lazily("Automation")}
"""By which way something was changed; on the screen goes without saying."""
_TOLD = """
WITH numbers AS (SELECT unnest(%(ids)s::bigint[]) AS id{former})
(SELECT e.*, NULL::jsonb AS row_before, NULL::jsonb AS row_after, NULL::bigint AS row_id, n.id AS told_id
 FROM numbers n CROSS JOIN LATERAL (
   SELECT * FROM event e WHERE e.subject = %(name)s AND e.subject_id = n.id AND {ands}
   ORDER BY e.occurred_at DESC LIMIT %(most)s) e)
UNION ALL
(SELECT e.*, c.before, c.after, c.id, n.id
 FROM numbers n JOIN event_change c ON c.subject = %(name)s AND c.subject_id = n.id JOIN event e ON e.id = c.event_id
 WHERE {ands} ORDER BY e.occurred_at DESC LIMIT %(most)s)
ORDER BY occurred_at DESC, id LIMIT %(most)s
"""
"""What single events and the rows of bulk events tell of records, the newest of both."""


def told(
    declared: ObjectType, actor: Actor, ids: Sequence[int], before: datetime | None, limit: int,
    names: Collection[str] | None = None, others: Collection[str] = (),
) -> list[StoryItem]:  # fmt: skip
    """What the events tell of records, newest first, before a moment; of one, with those that went up in it. One query.

    `names` asks for events called so alone, `others` leaves these out.
    """
    conditions = [
        *(["NOT e.name = ANY(%(others)s)"] if others else []),
        *(["e.name = ANY(%(names)s)"] if names is not None else []),
        *(["e.occurred_at < %(before)s"] if before is not None else []),
    ]
    former = f" UNION SELECT old_id FROM ({former_sql()}) AS former" if len(ids) == 1 else ""
    sql = _TOLD.format(ands=" AND ".join(conditions) or "true", former=former)
    asked = {
        "name": declared.name, "ids": list(ids), "id": next(iter(ids), None), "before": before, "most": limit,
        "names": list(names or ()), "others": list(others),
    }  # fmt: skip
    shown = fields_for(declared, actor)
    return [_item(declared, event, shown) for event in EventRecord.objects.raw(sql, asked)]


def _item(declared: ObjectType, event: Any, shown: Mapping[str, Field]) -> StoryItem:
    """An entry that opens the record as it stood then."""
    changes = difference(_json(event.row_before), _json(event.row_after)) if event.row_id else event.changes
    item = _told(event, changes, shown)
    key = f"{item.key}-{event.row_id}" if event.row_id else item.key
    url = f"/{declared.slug}/{event.told_id}/history?at={quote(event.occurred_at.isoformat())}"
    return replace(item, key=key, url=url, data={**item.data, "record_id": event.told_id})


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """{field: [old, new]} of two states of a row."""
    old, new = before or {}, after or {}
    return {k: [old.get(k), new.get(k)] for k in {**old, **new} if old.get(k) != new.get(k)}


def _told(record: EventRecord, changes: Mapping[str, Any], shown: Mapping[str, Field]) -> StoryItem:
    title = TITLES.get(record.name, EventTitle(record.name))
    is_first = record.name.endswith((".created", ".added"))
    return StoryItem(
        at=record.occurred_at,
        key=f"event-{record.id}",
        icon=title.icon,
        title=title.label,
        detail=record.actor_name,
        group=title.group,
        template="objects/story_event.html",
        data={
            "event": record,
            "changes": [(shown[n], old, new) for n, (old, new) in changes.items() if n in shown],
            "is_first": is_first,
            "door": DOORS.get(record.source, ""),
        },
        is_quiet=title.is_quiet,
        can_fold=not is_first,
    )


def history(declared: ObjectType, actor: Actor, record: Any, limit: int = 200) -> list[StoryItem]:
    """Who changed what and when, newest first: the record's audit log as far as the viewer may see its fields."""
    items = told(declared, actor, [record.pk], None, limit)
    for hung in all_hung():
        items += _of_hung(hung, actor, declared.name, record.pk, limit)
    items.sort(key=lambda item: item.at, reverse=True)
    return [_with_undo(actor, item) for item in items[:limit]]


def _of_hung(hung: Hung, actor: Actor, object_name: str, record_id: int, limit: int) -> list[StoryItem]:
    """What happened to the notes and files of a record, those in the trash too. Two queries for each kind."""
    rows = hung.on(actor, object_name, record_id, limit)
    if not rows:
        return []
    events = EventRecord.objects.filter(subject=hung.name, subject_id__in=list(rows)).order_by("-occurred_at", "-id")
    shown = hung.fields_for(actor)
    found = []
    for event in events[:limit]:
        item = _told(event, event.changes, shown)
        found.append(replace(item, data={**item.data, "what": hung.title(rows[event.subject_id or 0])}))
    return found


def _with_undo(actor: Actor, item: StoryItem) -> StoryItem:
    """An entry of the history with the way to undo it, where there is one."""
    event: EventRecord = item.data["event"]
    url = f"/undo/{event.part_of or event.id}" if can_undo(actor, event) else ""
    return replace(item, data={**item.data, "undo": url})


def choices_for(f: Field, actor: Actor, typed: str = "") -> list[Reference]:
    """What a relation or staff field may be set to, by what was typed. At most 20."""
    from dangol.platform.objects.listing import ListQuery, page
    from dangol.platform.objects.registry import object_type

    if f.kind == "user":
        return [Reference(u.pk, u.name) for u in User.objects.filter(is_active=True, name__icontains=typed)[:20]]
    other = object_type(f.relation)
    found = page(other, actor, ListQuery(search=typed, limit=20, columns=[other.fields[0].name]))
    titles = [other.title(r.record) for r in found.rows]
    return [
        Reference(r.id, _told_apart(other, r.record, title, titles), f"/{other.slug}/{r.id}")
        for r, title in zip(found.rows, titles, strict=True)
    ]


def _told_apart(declared: ObjectType, record: Any, title: str, titles: Collection[str]) -> str:
    """A record's title; where others are called the same, with what else is known of it, at least its number."""
    if list(titles).count(title) < 2:
        return title
    return f"{title} ({declared.subtitle(record) or f'#{record.pk}'})"
