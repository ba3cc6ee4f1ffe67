from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import RowPolicy
from dangol.platform.events.event import Event
from dangol.platform.objects.registry import all_fields, object_types, score_of

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "dangol"
FLOORS = ("platform", "core", "analytical", "collaborative", "operational", "backoffice", "config")
SLICE_FILES = {
    "__init__", "rules", "events", "models", "queries", "services", "tasks", "object", "views", "urls", "api",
    "subscribers", "datasets", "commands", "imports", "steps",
}  # fmt: skip
SLICE_FOLDERS = {
    "templates",
    "tests",
    "estimators",
    "services",
    "rules",
    "queries",
    "views",
    "__pycache__",
    "migrations",
    "tables",
    "lab",
}
SETTINGS = {
    "ExchangeRate", "Figure", "TierLimits", "ModelRun", "AnalysisRun", "Purpose", "Wording", "GatePolicy",
    "GlobalControl", "StageLimits", "Programme", "Grade", "Pace", "MailAside", "FileRules", "RelationKind",
    "StreamPolicy", "Trust", "MatchSettings", "MatchRun", "LawValue", "SenderCertificate", "NoticePolicy",
}  # fmt: skip
"""Tables above the platform that hold settings, figures and machinery of the house, and nothing known about a customer
(mail put aside could not be told to belong to anybody)."""
SOURCES = [p for p in HOUSE.rglob("*.py") if "node_modules" not in p.parts]
OUR_MODELS = [m for m in apps.get_models() if m.__module__.startswith("dangol.")]


def floor(model: Any) -> int:
    parts = model.__module__.split(".")
    return FLOORS.index(parts[1]) if parts[0] == "dangol" else -1


def slices() -> list[Path]:
    found = []
    for name in ("core", "analytical", "collaborative", "operational", "backoffice"):
        for room in (HOUSE / name).glob("*/"):
            found += [s for s in room.glob("*/") if (s / "__init__.py").exists() and s.name not in SLICE_FOLDERS
                      and s.name != "templatetags"]  # fmt: skip
    return found


def test_foreign_keys_point_to_the_same_or_a_lower_floor() -> None:
    wrong = [
        f"{m.__name__}.{f.name}"
        for m in OUR_MODELS
        for f in m._meta.get_fields()
        if isinstance(f, models.ForeignKey) and floor(f.related_model) > floor(m)
        and not (f.related_model.__name__ == "User" and floor(m) == 0)
    ]  # fmt: skip
    assert wrong == []


def test_links_to_guarded_tables_are_guarded_and_lead_only_forward() -> None:
    wrong = []
    for m in OUR_MODELS:
        for f in m._meta.get_fields():
            if isinstance(f, models.ForeignKey):
                guarded = issubclass(f.related_model, GuardedModel)  # type: ignore[arg-type]
                if (guarded and not isinstance(f, Link | OneLink)) or not f.remote_field.hidden:
                    wrong.append(f"{m.__name__}.{f.name}")
    assert wrong == []


def test_every_guarded_table_names_its_object_and_its_policy() -> None:
    for m in OUR_MODELS:
        if issubclass(m, GuardedModel):
            assert m.access_name, m
            assert "row_policy" in m.__dict__, m
            assert isinstance(m.row_policy, RowPolicy)
            assert m._default_manager.name == "plain"


def test_customer_tables_are_guarded() -> None:
    free = {m.__name__ for m in OUR_MODELS if floor(m) >= 1 and not issubclass(m, GuardedModel)}
    assert free <= SETTINGS, free


def all_events() -> list[type[Event]]:
    def below(cls: type[Event]) -> list[type[Event]]:
        return [e for c in cls.__subclasses__() for e in (c, *below(c))]

    return [
        e
        for e in below(Event)
        if e.__module__.startswith("dangol.") and ".tests." not in e.__module__ and not e.__name__.startswith("_")
    ]


def test_event_names_have_one_owner_and_begin_with_their_subject() -> None:
    ours = all_events()
    twice = [n for n, c in Counter(e.NAME for e in ours).items() if c > 1]
    assert twice == []
    for e in ours:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", e.NAME), e
        assert e.SUBJECT, e


def test_every_event_has_words_to_be_told_by() -> None:
    from dangol.platform.events.titles import TITLES

    # each object has its own of these
    by_object = {"record.shared", "record.unshared", "records.exported", "records.imported"}
    assert {e.NAME for e in all_events()} - by_object - TITLES.keys() == set()


def test_every_object_has_its_contract_test() -> None:
    tests = "\n".join(p.read_text() for p in HOUSE.rglob("tests/test_contract.py"))
    assert [t.name for t in object_types() if f'name = "{t.name}"' not in tests] == []


def test_sortable_fields_have_an_index_that_begins_with_them() -> None:
    missing = []
    for declared in object_types():
        for f in all_fields(declared).values():
            if not f.is_sortable:
                continue
            score = score_of(declared, f.name)
            model = score.model if score else declared.model
            leads = {i.fields[0].lstrip("-") for i in model._meta.indexes if i.fields and not i.condition}
            column: Any = model._meta.get_field(f.orm_path)
            if f.orm_path not in leads and not column.unique:
                missing.append(f"{declared.name}.{f.name}")
    assert missing == []


def test_field_names_are_given_once() -> None:
    from dangol.platform.objects.registry import scores

    for declared in object_types():
        names = Counter([f.name for f in declared.fields] + [f.name for s in scores(declared) for f in s.fields])
        assert [n for n, c in names.items() if c > 1] == []


def test_a_slice_holds_only_the_files_that_a_slice_has() -> None:
    odd = [
        str(p.relative_to(HOUSE))
        for s in slices()
        for p in s.iterdir()
        if (p.is_dir() and p.name not in SLICE_FOLDERS) or (p.suffix == ".py" and p.stem not in SLICE_FILES)
    ]
    assert odd == []


def test_every_slice_says_what_it_is() -> None:
    assert [str(s) for s in slices() if not ast.get_docstring(ast.parse((s / "__init__.py").read_text()))] == []


def test_files_stay_below_four_hundred_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in SOURCES
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_functions_stay_below_forty_lines() -> None:
    long = []
    for path in SOURCES:
        if "migrations" in path.parts or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                lines = (node.end_lineno or 0) - node.lineno + 1 - (len(doc.splitlines()) if doc else 0)
                if lines > 40:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {lines}")
    assert long == []


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]\w+\.plain\b|model\.plain\b", r"_base_manager", r"_default_manager", r"\.raw\("]
)
def test_what_goes_round_the_guard_is_named_only_in_the_platform(pattern: str) -> None:
    found = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if "platform" not in p.parts and "tests" not in p.parts and re.search(pattern, p.read_text())
    ]
    assert found == []


def test_saving_is_for_services() -> None:
    found = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if {"platform", "tests", "migrations"}.isdisjoint(p.parts) and "services" not in str(p)
        and re.search(r"\.(save|bulk_create|bulk_update|update_or_create|get_or_create)\(", p.read_text())
    ]  # fmt: skip
    assert found == []


def test_no_room_is_called_after_a_drawer() -> None:
    assert [str(p) for p in HOUSE.rglob("*") if p.stem in ("utils", "common", "helpers", "misc")] == []


def test_there_are_no_signals() -> None:
    assert [str(p) for p in SOURCES if "tests" not in p.parts and "django.dispatch" in p.read_text()] == []


def test_templates_lie_in_their_owners_folder() -> None:
    wrong = []
    for folder in HOUSE.rglob("templates"):
        owner = folder.parent.name
        room = folder.parent.parent.name
        for child in folder.iterdir():
            if child.is_dir() and child.name not in {owner, room, "cotton"}:
                wrong.append(str(child.relative_to(ROOT)))
    assert wrong == []


def test_pages_have_neither_inline_style_nor_inline_script() -> None:
    bad = re.compile(r"\sstyle=\"|<script(?![^>]*(src=|type=\"application/json\"))|\son[a-z]+=\"|javascript:", re.I)
    assert [str(p.relative_to(ROOT)) for p in HOUSE.rglob("templates/**/*.html") if bad.search(p.read_text())] == []
