"""Words in other languages: finds what is to be translated in code and templates, keeps the catalogue, compiles it.

`python -m dangol.platform.ui.messages update` merges new words into the catalogues, `compile` writes what Django reads,
`check` lists words that have no translation (and ends with 1 if there are any). Needs no gettext tools.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[2]
LANGUAGES = ("ko",)
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "translate": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
Found = tuple[str | tuple[str, ...], str | None, str]


def sources() -> Iterator[Path]:
    """Python files and templates of the house, without tests."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in sorted(HOUSE.rglob(pattern)):
            if not {"tests", "migrations", "node_modules", "vendor", "static"} & set(path.parts):
                yield path


def found() -> Iterator[Found]:
    """Every message to be translated: (text or texts, context, file)."""
    for path in sources():
        text = path.read_text(encoding="utf-8")
        code = text if path.suffix == ".py" else _flat(templatize(text, origin=str(path)))
        for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), KEYWORDS):
            if message:
                yield message, context, str(path.relative_to(HOUSE))


def _flat(code: str) -> str:
    """Without indents: a template's mean nothing to Python, whose reader would stumble over them."""
    return "\n".join(line.lstrip() for line in code.splitlines())


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return HOUSE / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(language: str) -> Catalog:
    """The catalogue as it lies in the house; an empty one where there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Dangol", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Merge what is found into the catalogue: new words come in empty, words no longer used go."""
    old = kept(language)
    new = Catalog(locale=language, project="Dangol", charset="utf-8", fuzzy=False)
    for message, context, file in found():
        key = message[0] if isinstance(message, tuple) else message
        had = old.get(key, context=context)
        new.add(message, had.string if had else None, locations=[(file, 0)], context=context)
    with catalogue_path(language).open("wb") as file_out:
        write_po(file_out, new, width=120, omit_header=False, sort_output=True, include_lineno=False)
    return new


def compile_catalogue(language: str) -> bytes:
    """The catalogue in the form that Django reads."""
    out = io.BytesIO()
    write_mo(out, kept(language))
    return out.getvalue()


def untranslated(language: str) -> list[str]:
    """Messages of the house that have no translation yet."""
    have = kept(language)
    missing = set()
    for message, context, file in found():
        key = message[0] if isinstance(message, tuple) else message
        entry = have.get(key, context=context)
        given: Any = entry.string if entry is not None else ()
        strings = [given] if isinstance(given, str) else list(given)
        if not strings or not all(strings):
            missing.add(f"{file}: {key}")
    return sorted(missing)


def main(arguments: list[str]) -> int:
    """Do what is asked; returns the exit code."""
    for language in LANGUAGES:
        if arguments == ["update"]:
            update(language)
        if arguments in (["update"], ["compile"]):
            catalogue_path(language).with_suffix(".mo").write_bytes(compile_catalogue(language))
        missing = untranslated(language)
        sys.stdout.write("".join(f"{language}: {each}\n" for each in missing))
        if arguments == ["check"] and missing:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
