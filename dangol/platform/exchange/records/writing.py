"""Writing one batch of an import: what is new made, what differs changed, each row counted or put aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.exchange.records.making import Draft, Maker
from dangol.platform.exchange.records.matching import Entry, Matcher, Sorted
from dangol.platform.exchange.records.outside_names import outside_names
from dangol.platform.exchange.records.plan import CHANGE, NEW, Plan
from dangol.platform.exchange.records.relating import UNKNOWN, Relations
from dangol.platform.exchange.records.rows import Aside, Batch, Taken
from dangol.platform.exchange.records.seen import Seen
from dangol.platform.exchange.records.telling import Told
from dangol.platform.objects.many import IN_TRASH, MAY_NOT, TAKEN, Left, change_many, locked_many, restore_many

UNKNOWN_HERE, NOT_YOURS, IS_TAKEN, NO_RIGHT = "unknown_here", "not_yours", "taken", "no_right"


@dataclass
class Done:
    """What came of a batch; `called` are the records by what another system calls them, `written` those that stand now,
    with the rows that said so."""

    new: int = 0
    changed: int = 0
    same: int = 0
    asides: list[Aside] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    called: dict[str, int] = field(default_factory=dict)
    written: list[tuple[int, Entry]] = field(default_factory=list)


class Writer:
    """Writes the batches of one import. Each call runs in its caller's transaction."""

    def __init__(self, plan: Plan, actor: Actor, *, is_dry: bool) -> None:
        self.plan, self.actor, self.is_dry = plan, actor, is_dry
        self.matcher, self.relations = Matcher(plan), Relations(plan, actor)
        self.maker = Maker(plan.writer, actor)
        self.seen = Seen(plan) if is_dry else None
        self._finds_new = True

    def ready(self, row: Taken) -> None:
        """Draft the new record that a row would be, as long as that needs no question to the database."""
        if self._finds_new and self.plan.choices.mode != CHANGE and self.relations.peek(row):
            row.draft = self.maker.draft(row.values, is_found=not self.is_dry)

    def write(self, batch: Batch, told: Told) -> Done:
        """Do a batch."""
        done = Done(asides=list(batch.asides), notes=batch.notes)
        if self.plan.system and not self.is_dry:
            outside_names().hold(self.plan.declared.name, self.plan.system)
        left = self.relations.resolve(batch.rows, told, is_dry=self.is_dry)
        lost = {row.number for row, _reason, _name in left}
        for row, reason, name in left:
            done.asides.append(Aside(row.number, reason, name, row.cells))
        rows = [row for row in batch.rows if row.number not in lost]
        found = self.matcher.sort(rows)
        # A file whose records stand here already needs no drafts of new ones.
        self._finds_new = sum(e.record_id is None for e in found.entries) * 2 >= len(found.entries)
        for row, reason in found.left:
            done.asides.append(Aside(row.number, reason, self.plan.choices.match[-1], row.cells))
        self._make([e for e in found.entries if e.record_id is None], told, done)
        self._change(found, [e for e in found.entries if e.record_id is not None], told, done)
        if not self.is_dry:
            self._keep_beside(done, told)
        if done.called and not self.is_dry:
            outside_names().note(self.plan.declared.name, self.plan.system, done.called)
        done.asides.sort(key=lambda aside: aside.number)
        return done

    def _make(self, entries: Sequence[Entry], told: Told, done: Done) -> None:
        if not entries:
            return
        if self.plan.choices.mode == CHANGE:
            _put_aside(done, entries, UNKNOWN_HERE, "")
            return
        drafts = [self._draft(entry) for entry in entries]
        if not self.is_dry:
            self.maker.make(drafts, told)
        kept = []
        for entry, draft in zip(entries, drafts, strict=True):
            if draft.error is None:
                kept.append(entry)
                _call(entry, draft.record.pk, done)
            else:
                _put_aside(done, [entry], *self._why(draft.error))
        repeated = self.seen.sieve(kept, self.matcher) if self.seen else {}
        for entry in kept:
            if entry in repeated:
                done.changed += repeated[entry]
                done.same += not repeated[entry]
            else:
                done.new += 1
            _count_more(entry, done)

    def _keep_beside(self, done: Done, told: Told) -> None:
        """Write what the file says beside the records: further addresses, for one."""
        habits = self.plan.habits
        places = [(place, name) for place, name in self.plan.joined.items() if name in habits.beside]
        if not places or habits.keep is None:
            return
        pairs = []
        for pk, entry in done.written:
            for row in entry.rows:
                texts = {name: text for place, name in places if (text := row.cells[place].strip())}
                if texts:
                    pairs.append((pk, texts))
        if pairs:
            told.tell(*habits.keep(self.actor, pairs))

    def _draft(self, entry: Entry) -> Draft:
        """The draft of the one row that makes a record, else one of what several rows say together."""
        if len(entry.rows) == 1 and entry.rows[0].draft is not None:
            return entry.rows[0].draft  # type: ignore[no-any-return]
        return self.maker.draft(entry.values, is_found=not self.is_dry)

    def _change(self, found: Sorted, entries: Sequence[Entry], told: Told, done: Done) -> None:
        if not entries:
            return
        if self.plan.choices.mode == NEW:
            done.same += sum(len(e.rows) for e in entries)
            return
        writer = self.plan.writer
        ids = [e.record_id for e in entries if e.record_id is not None]
        back = self._bring_back(ids, told)
        known = locked_many(writer, self.actor, "change", ids) if self.actor.may("change", writer.name) else {}
        if self.is_dry:
            for pk in back & known.keys():
                known[pk].deleted_at = None
        values = {pk: self._wanted(e, known[pk]) for e, pk in zip(entries, ids, strict=True) if pk in known}
        moved = self._to_come(values) if self.is_dry else set()
        outcome = change_many(writer, actor=self.actor, values=values, known=known, is_dry=self.is_dry)
        told.tell(writer.changed, [] if self.is_dry else outcome.rows)
        changed = {row.subject_id for row in outcome.rows} | moved
        left = {one.record_id: one for one in outcome.left}
        for entry, pk in zip(entries, ids, strict=True):
            if pk not in known:
                _put_aside(done, [entry], NOT_YOURS, "")
            elif pk in left:
                _put_aside(done, [entry], *_left(left[pk]))
            else:
                done.changed += pk in changed
                done.same += pk not in changed
                _call(entry, pk, done)
                if pk in changed:
                    _count_more(entry, done)
                else:
                    done.same += len(entry.rows) - 1

    def _bring_back(self, ids: Sequence[int], told: Told) -> set[int]:
        """Take out of the trash what an undo had put there."""
        writer = self.plan.writer
        rows: Any = writer.model.objects.for_system("what an import finds in the trash")
        trashed = list(rows.filter(pk__in=ids).exclude(deleted_at=None).values_list("pk", flat=True))
        if trashed and not self.is_dry:
            told.tell(writer.restored, restore_many(writer, actor=self.actor, ids=trashed).rows)
        return set(trashed)

    def _to_come(self, values: Mapping[Any, dict[str, Any]]) -> set[int]:
        """Take out of a dry run's values the related records that are only to come; returns whom they would change."""
        moved = set()
        for pk, given in values.items():
            for name in [f.name for f in self.plan.relations if given.get(f.name) == UNKNOWN]:
                del given[name]
                moved.add(pk)
        return moved

    def _wanted(self, entry: Entry, record: Any) -> dict[str, Any]:
        """What the file wants a known record to be; with `fills` only where it is blank. Fixed fields stay."""
        writer = self.plan.writer
        values = {n: v for n, v in entry.values.items() if n not in writer.fixed}
        if self.plan.choices.fills:
            values = {n: v for n, v in values.items() if getattr(record, writer.column(n).attname) in ("", None)}
        return values

    def _why(self, error: ValidationError | Forbidden) -> tuple[str, str]:
        """Reason and field of an error by field."""
        if isinstance(error, Forbidden):
            return NO_RIGHT, ""
        if hasattr(error, "error_dict"):
            name, sentences = next(iter(error.message_dict.items()))
            if name in self.plan.fields:
                return " ".join(sentences), name
            known = next((f.label for f in self.plan.declared.fields if f.name == name), "")
            return f"{known}: {' '.join(sentences)}" if known else " ".join(sentences), ""
        return " ".join(error.messages), ""


def _left(left: Left) -> tuple[str, str]:
    if left.reason in (MAY_NOT, IN_TRASH):
        return NOT_YOURS if left.reason == MAY_NOT else IN_TRASH, ""
    return (IS_TAKEN if left.reason == TAKEN else left.sentence), left.field


def _call(entry: Entry, pk: int, done: Done) -> None:
    done.written.append((pk, entry))
    done.called.update({row.outside: pk for row in entry.rows if row.outside})


def _put_aside(done: Done, entries: Sequence[Entry], reason: str, name: str) -> None:
    for entry in entries:
        done.asides += [Aside(row.number, reason, name, row.cells) for row in entry.rows]


def _count_more(entry: Entry, done: Done) -> None:
    """Count the further rows about the same record."""
    for is_moved in entry.moved[1:]:
        done.changed += is_moved
        done.same += not is_moved
