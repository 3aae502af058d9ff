"""Captures: what is stored comes back, or an error says why not."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.capture import CannotStore, CaptureDamaged, CaptureMissing, Captures

DAMAGES = (b"", b"no gzip", gzip.compress(b"another page", mtime=0), gzip.compress(b"<p>x</p>", mtime=0)[:-5])


@pytest.fixture
def captures(tmp_path: Path) -> Captures:
    return Captures(tmp_path / "captures")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@given(st.binary(max_size=5_000))
def test_what_is_stored_comes_back(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    captures = Captures(tmp_path_factory.mktemp("captures"))
    digest, is_new = captures.put(body)
    assert (digest, is_new) == (hashlib.sha256(body).hexdigest(), True)
    assert captures.get(digest) == body


def test_a_page_is_stored_once_under_its_digest(captures: Captures, tmp_path: Path) -> None:
    digest, _ = captures.put(b"<p>x</p>")
    path = tmp_path / "captures" / digest[:2] / f"{digest}.gz"
    before = path.stat().st_mtime_ns
    assert captures.put(b"<p>x</p>") == (digest, False)
    assert path.stat().st_mtime_ns == before
    assert files(tmp_path) == [f"captures/{digest[:2]}/{digest}.gz"]
    assert gzip.decompress(path.read_bytes()) == b"<p>x</p>"


def test_the_same_page_is_the_same_file_whenever_it_is_stored(tmp_path: Path) -> None:
    stored = []
    for folder in ("one", "two"):
        digest, _ = Captures(tmp_path / folder).put(b"<p>x</p>" * 100)
        stored.append((tmp_path / folder / digest[:2] / f"{digest}.gz").read_bytes())
    assert stored[0] == stored[1]
    assert stored[0][4:8] == bytes(4)  # gzip's field for the time


def test_a_missing_page_is_said_to_be_missing(captures: Captures) -> None:
    with pytest.raises(CaptureMissing, match="sync --full"):
        captures.get("0" * 64)


@pytest.mark.parametrize("damage", DAMAGES, ids=["empty", "no gzip", "another page", "cut off"])
def test_a_damaged_page_is_not_taken_for_the_one_that_was_stored(captures: Captures, tmp_path: Path, damage: bytes) -> None:
    digest, _ = captures.put(b"<p>x</p>")
    (tmp_path / "captures" / digest[:2] / f"{digest}.gz").write_bytes(damage)
    with pytest.raises(CaptureDamaged, match=r"found damage.*clusterbridge sync --full"):
        captures.get(digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "G" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_is_a_digest(captures: Captures, digest: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        captures.get(digest)


def test_a_full_disk_leaves_no_half_page(captures: Captures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotStore, match="No space left"):
        captures.put(b"<p>x</p>")
    assert files(tmp_path) == []
    monkeypatch.undo()
    digest, is_new = captures.put(b"<p>x</p>")
    assert is_new
    assert captures.get(digest) == b"<p>x</p>"


@pytest.mark.parametrize("damage", DAMAGES, ids=["empty", "no gzip", "another page", "cut off"])
def test_a_damaged_page_counts_as_missing_and_is_stored_anew(captures: Captures, tmp_path: Path, damage: bytes) -> None:
    digest, _ = captures.put(b"<p>x</p>")
    assert captures.has(digest)
    (tmp_path / "captures" / digest[:2] / f"{digest}.gz").write_bytes(damage)
    assert not captures.has(digest)
    assert captures.put(b"<p>x</p>") == (digest, True)
    assert captures.get(digest) == b"<p>x</p>"
    assert captures.put(b"<p>x</p>") == (digest, False)


def test_what_killed_writers_left_behind_is_swept_and_nothing_else(captures: Captures, tmp_path: Path) -> None:
    assert captures.sweep() == 0
    digest, _ = captures.put(b"<p>x</p>")
    (tmp_path / "captures" / digest[:2] / ".k2j3h4.part").write_bytes(b"half a page")
    assert captures.sweep() == 1
    assert files(tmp_path) == [f"captures/{digest[:2]}/{digest}.gz"]
