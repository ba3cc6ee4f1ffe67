from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dangol.platform.ui import build


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static" / "vendor"
    folder.parent.mkdir()
    monkeypatch.setattr(build, "VENDOR", folder)
    return folder


def stamped(folder: Path, icons: list[str]) -> None:
    folder.mkdir()
    (folder / "icon-names.txt").write_text("\n".join(icons))
    (folder / build.STAMP).write_text(json.dumps({"sources": build._hash_of_sources(), "icons": icons}))


def test_a_missing_folder_is_not_fresh(vendor: Path) -> None:
    assert not build.is_fresh()


def test_a_folder_of_today_is_fresh_until_an_icon_is_missing(vendor: Path) -> None:
    stamped(vendor, [])
    assert build.is_fresh()
    (vendor / "icon-names.txt").write_text("search\nusers")
    assert not build.is_fresh()


def test_a_folder_of_another_lock_file_is_not_fresh(vendor: Path) -> None:
    stamped(vendor, [])
    (vendor / build.STAMP).write_text(json.dumps({"sources": "other", "icons": []}))
    assert not build.is_fresh()


def test_a_half_written_stamp_is_not_fresh(vendor: Path) -> None:
    stamped(vendor, [])
    (vendor / build.STAMP).write_text('{"sources": "')
    assert not build.is_fresh()


def test_the_folder_is_exchanged_whole(vendor: Path) -> None:
    stamped(vendor, ["old"])
    fresh = vendor.with_name("vendor.1.new")
    stamped(fresh, ["new"])
    build._exchange(fresh)
    assert (vendor / "icon-names.txt").read_text() == "new"
    assert [p.name for p in vendor.parent.iterdir()] == ["vendor"]


def test_icons_are_found_in_templates_and_declarations() -> None:
    assert {"search", "shopping-bag", "trash"} <= set(build._icons_used())


def test_node_comes_from_its_wheel() -> None:
    assert build._node("--version", cwd=Path.cwd()).startswith("v")
    with pytest.raises(build.FrontEndNotBuilt):
        build._node("-e", "process.exit(3)", cwd=Path.cwd())


@pytest.mark.slow
def test_a_first_build_makes_small_files_and_a_second_does_nothing(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "dangol.platform.ui.build", "--force"], capture_output=True, text=True, check=True
    ).stdout
    assert "base.css" in said
    again = subprocess.run(
        [sys.executable, "-m", "dangol.platform.ui.build"], capture_output=True, text=True, check=True
    )
    assert again.stdout == ""
    first_page = ["base.css", "letters.css", "htmx.js"]
    assert sum((build.VENDOR / f"{name}.gz").stat().st_size for name in first_page) < 100_000
