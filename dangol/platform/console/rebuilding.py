"""What is worked out from data, made anew when a version reads it otherwise."""

from __future__ import annotations

import shutil

from dangol.platform.db.home import Home
from dangol.platform.engine.datasets import registered
from dangol.platform.engine.errors import LakeBusy
from dangol.platform.engine.extract import extract
from dangol.platform.engine.lake import Lake


def roles() -> None:
    """Give the roles of an older house the rights to objects that have come since."""
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.models import User
    from dangol.platform.accounts.services import ensure_builtin_roles

    if User.objects.filter(is_active=True).exists():
        ensure_builtin_roles(actor=Actor.system("upgrade"))


def search(*, is_forced: bool) -> dict[str, int]:
    """Make records findable anew: of all objects, or of those of which none is found; returns how many of each."""
    from dangol.platform.objects.registry import object_types
    from dangol.platform.objects.upkeep import rebuild
    from dangol.platform.objects.writing import writer_of
    from dangol.platform.search.queries import knows_any

    done = {}
    for declared in object_types():
        writer = writer_of(declared.name)
        if declared.search and writer is not None and (is_forced or not knows_any(declared.name)):
            done[declared.name] = rebuild(writer)
    return done


def lake(home: Home, *, is_forced: bool) -> dict[str, int]:
    """Load the lake when a dataset is not as this version has it; returns the rows of what was loaded whole.

    With `is_forced` it is thrown away and loaded whole. An installation that never loaded it waits for its night.
    """
    manifest = Lake().manifest()
    if not manifest.version and not is_forced:
        return {}
    known = {name: layer.signature for name, layer in manifest.datasets.items()}
    if not is_forced and known == {dataset.name: dataset.signature for dataset in registered()}:
        return {}
    if is_forced:
        shutil.rmtree(home.lake, ignore_errors=True)
    try:
        loaded = extract()
    except LakeBusy:
        return {}
    return {name: taken.rows for name, taken in loaded.datasets.items() if taken.is_full}
