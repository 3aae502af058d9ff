"""A disk that is really full, at several sizes: the run ends with a sentence, the edition stays, and room makes up for it."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support import histories
from support.killer import Plan, prelude
from support.kills import NIGHTS, leftovers
from sync.exits import Exit
from warehouse.edition_health import examine_file
from warehouse.editions import current

pytestmark = pytest.mark.xdist_group("damaged")

MS_REMOUNT, MNT_DETACH = 32, 2
STEP_BYTES = 256 * 1024
QUOTA = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, resource.RLIM_INFINITY))
"""


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Callable[[int], bool]]:
    """A file system of its own, of so many bytes; what is yielded gives it another size, and says whether it is one.

    Only root of Linux may mount it. For others it is an ordinary folder, and the size has to be a quota on every file.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    place.mkdir()
    is_mounted = hasattr(libc, "mount") and not libc.mount(b"tmpfs", bytes(place), b"tmpfs", 0, f"size={size}".encode())

    def resize(bytes_: int) -> bool:
        if is_mounted:
            assert libc.mount(b"tmpfs", bytes(place), b"tmpfs", MS_REMOUNT, f"size={bytes_}".encode()) == 0
        return is_mounted

    try:
        yield resize
    finally:
        if is_mounted:
            assert libc.umount2(bytes(place), MNT_DETACH) == 0


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, runs: Any, module_network: Any, helpers: Any) -> Path:
    """A folder in which one run was complete; the network has changed since."""
    folder = tmp_path_factory.mktemp("disk") / "night"
    config = helpers.write_config(folder, eccp=module_network.base)
    assert run(runs, folder, 0).code == Exit.OK
    module_network.revision += 1
    return Path(config.parent)


def run(runs: Any, folder: Path, night: int, quota: str = "") -> Any:
    plan = Plan(os.devnull, NIGHTS[night])
    return runs("--config", str(folder / "config.toml"), "sync", prelude=f"{prelude(plan)}\n{quota}")


def size_of(folder: Path) -> int:
    """Bytes that the folder takes on a disk of pages."""
    return sum(-(-path.lstat().st_size // 4096) * 4096 for path in folder.rglob("*"))


def test_a_disk_that_fills_up_at_any_point_costs_readers_nothing_and_room_makes_up_for_it(
    runs: Any, night: Path, tmp_path: Path
) -> None:
    undisturbed = Path(shutil.copytree(night, tmp_path / "undisturbed", symlinks=True))
    assert run(runs, undisturbed, 1).code == Exit.OK
    wanted = histories.of_state(undisturbed / "var"), histories.of_edition(undisturbed / "var" / "editions")
    before = histories.of_edition(night / "var" / "editions")
    little, enough = size_of(night), size_of(undisturbed) + 8 * 1024 * 1024
    codes = []
    for share in (0.0, 0.01, 0.2, 0.5, 0.9):
        with small_disk(tmp_path / "disk", enough) as resize:
            folder = Path(shutil.copytree(night, tmp_path / "disk" / "night", symlinks=True))
            most = little + int(share * (enough - little)) + 16 * 1024
            quota = "" if resize(most) else QUOTA.format(most=max(100, int(share * STEP_BYTES)))
            ended = run(runs, folder, 1, quota)
            codes.append(ended.code)
            assert ended.code in (Exit.TRY_AGAIN, Exit.OK), ended.err
            if ended.code == Exit.TRY_AGAIN:
                assert "the last good edition stays as it is; make room" in " ".join(ended.err.split())
            assert "Traceback" not in ended.err
            path = current(folder / "var" / "editions")
            assert path is not None
            assert examine_file(path).damage == ""
            found = histories.of_edition(path)
            assert wanted[1] == found or (ended.code == Exit.TRY_AGAIN and found == before)
            resize(2 * enough)
            assert run(runs, folder, 1).code == Exit.OK
            assert histories.differences(histories.of_state(folder / "var"), wanted[0]) == []
            assert histories.differences(histories.of_edition(folder / "var" / "editions"), wanted[1]) == []
            assert leftovers(folder / "var") == []
        shutil.rmtree(tmp_path / "disk")
    assert codes.count(Exit.TRY_AGAIN) >= 3
