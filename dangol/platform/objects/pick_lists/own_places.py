"""Where the objects themselves name values: saved views, rules, formulas and defaults of custom fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.platform.objects.added.merged import replaced
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.pick_lists.places import Named, Place, register_place, trees_naming
from dangol.platform.objects.pick_lists.rules import Target, in_formula
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.registry import UnknownObject, object_type


def _views(target: Target) -> list[Named]:
    rows = SavedView.objects.exclude(filter={}).order_by("id")
    return trees_naming(target, ((v.pk, v.name, _list_of(v), v.object_name, v.filter) for v in rows))


def _list_of(view: SavedView) -> str:
    try:
        return f"/{object_type(view.object_name).slug}?view={view.pk}"
    except UnknownObject:
        return "/"


def _view_filter(pk: int) -> Any:
    return SavedView.objects.filter(pk=pk).values_list("filter", flat=True).first()


def _write_view(pk: int, tree: Any) -> None:
    SavedView.objects.filter(pk=pk).update(filter=tree)


def _formulas(target: Target) -> list[Named]:
    found = []
    for row in CustomField.objects.filter(object_name=target.object_name, kind="formula", removed_at=None):
        before = str(row.options.get("formula", ""))
        after = in_formula(before, target)
        if after != before:
            found.append(Named(row.pk, str(row), f"/setup/fields/{row.pk}", before, after))
    return found


def _formula(pk: int) -> Any:
    row = CustomField.objects.filter(pk=pk).first()
    return row.options.get("formula") if row else None


def _write_formula(pk: int, text: Any) -> None:
    row = CustomField.objects.select_for_update().get(pk=pk)
    row.options = {**row.options, "formula": text}
    row.save(update_fields=["options"])
    current.changed()


def _rules(target: Target) -> list[Named]:
    found = []
    for row in Rule.objects.filter(object_name=target.object_name):
        after = in_formula(row.formula, target)
        if after != row.formula:
            found.append(Named(row.pk, str(row), f"/setup/rules/{row.pk}", row.formula, after))
    return found


def _rule(pk: int) -> Any:
    return Rule.objects.filter(pk=pk).values_list("formula", flat=True).first()


def _write_rule(pk: int, formula: Any) -> None:
    Rule.objects.filter(pk=pk).update(formula=formula)
    current.changed()


def _defaults(target: Target) -> list[Named]:
    rows = CustomField.objects.filter(object_name=target.object_name, name=target.field, removed_at=None)
    return [
        Named(row.pk, str(row), f"/setup/fields/{row.pk}", row.default, after)
        for row in rows
        if (after := replaced(row.default, target.old, target.new)) != row.default
    ]


def _default(pk: int) -> Any:
    return CustomField.objects.filter(pk=pk).values_list("default", flat=True).first()


def _write_default(pk: int, value: Any) -> None:
    CustomField.objects.filter(pk=pk).update(default=value)
    current.changed()


register_place(Place("views", _("Saved views"), _views, _view_filter, _write_view))
register_place(Place("formulas", _("Formulas"), _formulas, _formula, _write_formula))
register_place(Place("rules", _("Rules"), _rules, _rule, _write_rule))
register_place(Place("defaults", _("Defaults of new records"), _defaults, _default, _write_default))
