from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dangol.platform.engine.errors import LakeBusy
from dangol.platform.engine.lake import Lake, Writer
from dangol.platform.engine.manifest import Layer, Manifest


def layer(name: str) -> Layer:
    return Layer(signature="s", source="1/1", columns=("id",), key="id", base=(name,), base_rows=1)


def add_version(writer: Writer, content: str) -> str:
    name, path = writer.new_file("order", "base")
    path.write_text(content)
    writer.publish(replace(writer.manifest, datasets={"order": layer(name)}))
    return name


def write_half(lake: Lake) -> None:
    with lake.write() as writer:
        writer.new_file("order", "base")[1].write_text("half")
        raise RuntimeError("the disk is full")


def test_a_lake_without_files_is_an_empty_version(tmp_path: Path) -> None:
    with Lake(tmp_path).pin() as pinned:
        assert pinned.manifest == Manifest()


def test_a_reader_keeps_its_files_while_newer_versions_come_and_go(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        add_version(writer, "first")
    with lake.pin() as pinned:
        held = [Path(p) for p in pinned.paths(pinned.manifest.datasets["order"].base)]
        for content in ("second", "third"):
            with lake.write() as writer:
                add_version(writer, content)
        assert [p.read_text() for p in held] == ["first"]
    with lake.write():
        pass
    assert not held[0].exists()
    assert [p.read_text() for p in tmp_path.glob("order/*.parquet")] == ["third"]


def test_what_is_written_but_not_published_is_not_seen_and_goes_away(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        add_version(writer, "good")
    with pytest.raises(RuntimeError, match="full"):
        write_half(lake)
    assert lake.manifest().version == 1
    with lake.write():
        assert [p.read_text() for p in tmp_path.glob("order/*.parquet")] == ["good"]


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write(), pytest.raises(LakeBusy), lake.write():
        pass


def test_a_lake_of_another_release_is_built_anew_above_its_numbers(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        add_version(writer, "old")
    file = tmp_path / "manifests" / "000001.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 99'))
    with lake.write() as writer:
        assert writer.manifest == Manifest(version=1)
        add_version(writer, "new")
    assert lake.manifest().version == 2


def test_a_damaged_pointer_leaves_an_empty_lake_and_no_endless_loop(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        add_version(writer, "x")
    (tmp_path / "current").write_text("000099.json")
    assert lake.manifest() == Manifest()


READER = """
import sys, time
from pathlib import Path
from dangol.platform.engine.lake import Lake
with Lake(Path(sys.argv[1])).pin() as pinned:
    print(pinned.manifest.version, flush=True)
    time.sleep(60)
"""


def test_the_files_of_a_killed_reader_are_freed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        first = add_version(writer, "first")
    reader = subprocess.Popen([sys.executable, "-c", READER, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert reader.stdout
        assert reader.stdout.readline() == b"1\n"
        with lake.write() as writer:
            add_version(writer, "second")
        assert (tmp_path / first).exists()
    finally:
        reader.send_signal(signal.SIGKILL)
        reader.wait()
    with lake.write():
        pass
    assert not (tmp_path / first).exists()


CHURN = """
import sys, time
from pathlib import Path
from dangol.platform.engine.lake import Lake
from dangol.platform.engine.tests.test_lake import add_version
lake = Lake(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    with lake.write() as writer:
        add_version(writer, "x" * 1000)
"""


def test_readers_always_find_every_file_of_their_version_while_a_writer_churns(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.write() as writer:
        add_version(writer, "x" * 1000)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])}
    writing = subprocess.Popen([sys.executable, "-c", CHURN, str(tmp_path), "150"], env=environment)
    seen = set()
    deadline = time.monotonic() + 60
    while writing.poll() is None and time.monotonic() < deadline:
        with lake.pin() as pinned:
            seen.add(pinned.manifest.version)
            for path in pinned.paths(pinned.manifest.datasets["order"].base):
                assert Path(path).read_text() == "x" * 1000
    assert writing.wait(timeout=60) == 0
    assert len(seen) > 3
