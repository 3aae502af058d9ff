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
FEW, MANY = (0.0, 0.2), (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Of the room that a run needs, how much there is."""
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


class Disks:
    """The second night on disks of many sizes, beside the same night on a disk that is large enough."""

    def __init__(self, runs: Any, night: Path, folder: Path) -> None:
        self._runs, self._night, self._folder = runs, night, folder
        undisturbed = Path(shutil.copytree(night, folder / "undisturbed", symlinks=True))
        assert run(runs, undisturbed, 1).code == Exit.OK
        self._state = histories.of_state(undisturbed / "var")
        self._editions = [histories.of_edition(each / "var" / "editions") for each in (night, undisturbed)]
        self._little, self._enough = size_of(night), size_of(undisturbed) + 8 * 1024 * 1024

    def fill(self, share: float) -> int:
        """Run where so much of the room that is needed is there, then with room again; how the first of both ended."""
        with small_disk(self._folder / "disk", self._enough) as resize:
            folder = Path(shutil.copytree(self._night, self._folder / "disk" / "night", symlinks=True))
            most = self._little + int(share * (self._enough - self._little)) + 16 * 1024
            quota = "" if resize(most) else QUOTA.format(most=max(100, int(share * STEP_BYTES)))
            ended = run(self._runs, folder, 1, quota)
            assert ended.code in (Exit.TRY_AGAIN, Exit.OK), ended.err
            if ended.code == Exit.TRY_AGAIN:
                assert "the last good edition stays as it is; make room" in " ".join(ended.err.split())
            assert "Traceback" not in ended.err
            path = current(folder / "var" / "editions")
            assert path is not None
            assert examine_file(path).damage == ""
            before, after = self._editions
            found = histories.of_edition(path)
            assert found == after or (ended.code == Exit.TRY_AGAIN and found == before)
            resize(2 * self._enough)
            assert run(self._runs, folder, 1).code == Exit.OK
            assert histories.differences(histories.of_state(folder / "var"), self._state) == []
            assert histories.differences(histories.of_edition(folder / "var" / "editions"), after) == []
            assert leftovers(folder / "var") == []
        shutil.rmtree(self._folder / "disk")
        return int(ended.code)


@pytest.mark.thorough
def test_a_disk_that_fills_up_costs_readers_nothing_and_room_makes_up_for_it(runs: Any, night: Path, tmp_path: Path) -> None:
    disks = Disks(runs, night, tmp_path)
    assert [disks.fill(share) for share in FEW] == [Exit.TRY_AGAIN] * len(FEW)


@pytest.mark.soak
def test_a_disk_that_fills_up_at_any_point_costs_readers_nothing(runs: Any, night: Path, tmp_path: Path) -> None:
    disks = Disks(runs, night, tmp_path)
    codes = [disks.fill(share) for share in MANY]
    assert codes.count(Exit.TRY_AGAIN) > len(MANY) // 2
