"""The page lets go of editions in good order: when it ends, however it ends, and when their files are out of reach."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import current
from portal.app import make
from portal.current import Editions
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp
from support.portal_options import options
from warehouse.connection import Connection
from warehouse.edition_folder import point
from warehouse.edition_reader import HeldEdition

pytestmark = pytest.mark.xdist_group("portal")


def test_an_edition_whose_folder_is_out_of_reach_is_not_there(own: MadeUp) -> None:
    held = HeldEdition((own.editions / "clusters-000002.duckdb").resolve())
    try:
        assert held.is_there()
        own.editions.rename(own.var / "moved")
        own.editions.write_text("no folder at all", encoding="utf-8")
        assert not held.is_there()
    finally:
        held.close()


@pytest.mark.thorough
def test_a_visit_that_takes_a_new_edition_closes_none_that_is_about_to_be_read_in_the_background(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    point(own.editions, "clusters-000002.duckdb")
    editions = Editions(options(own.var).places)  # a visit takes a new one at once
    seen: list[int] = []

    def visit() -> None:
        with editions.open(NOW.date()) as opened:
            seen.append(opened.imprint.number)

    visitor = threading.Thread(target=visit)
    begin = HeldEdition.visit

    def interrupted(held: HeldEdition) -> AbstractContextManager[Callable[[], Connection]]:
        if threading.current_thread().name == "editions" and not visitor.ident:
            point(own.editions, "clusters-000003.duckdb")
            visitor.start()
            visitor.join(1)  # it waits for the lock
        return begin(held)

    monkeypatch.setattr(HeldEdition, "visit", interrupted)
    read: list[int] = []
    editions.follow(NOW.date, lambda opened: read.append(opened.imprint.number))
    try:
        editions.wait(60)
        visitor.join(60)
        assert (read[:1], seen) == ([2], [3])
        assert "wanted to read" not in caplog.text
    finally:
        editions.close()


@pytest.mark.parametrize("which", ["first", "new"])
def test_an_edition_that_is_opened_while_the_page_ends_is_let_go_of(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr("portal.current.END_SECONDS", 0.05)
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    last = "clusters-000003.duckdb"
    point(own.editions, last if which == "first" else "clusters-000002.duckdb")
    began, may_go_on, held = threading.Event(), threading.Event(), []
    begin, close = HeldEdition.__init__, HeldEdition.close

    def slow(edition: HeldEdition, path: Path, *, threads: int | None = None) -> None:
        begin(edition, path, threads=threads)
        held.append(edition)
        if path.name == last:
            began.set()
            assert may_go_on.wait(60)

    def closed(edition: HeldEdition) -> None:
        close(edition)
        held.remove(edition)

    monkeypatch.setattr(HeldEdition, "__init__", slow)
    monkeypatch.setattr(HeldEdition, "close", closed)
    editions = Editions(options(own.var).places, old_for_seconds=60)
    editions.follow(NOW.date, lambda _opened: None)
    editions.wait(60 if which == "new" else 0)
    point(own.editions, last)
    assert began.wait(60)
    ending = threading.Thread(target=editions.close)
    ending.start()
    ending.join(1)  # the first edition is opened under the lock, for which the end waits
    may_go_on.set()
    ending.join(60)
    deadline = time.monotonic() + 60
    while held and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not held


@pytest.mark.parametrize("is_fault", [False, True])
def test_a_page_that_ends_lets_go_of_its_editions_without_holding_up_its_visits(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, is_fault: bool
) -> None:
    closed_by: list[threading.Thread] = []
    close = Editions.close

    def noted(editions: Editions) -> None:
        closed_by.append(threading.current_thread())
        close(editions)

    monkeypatch.setattr(Editions, "close", noted)
    messages = ["lifespan.startup", "lifespan.shutdown"]
    sent: list[str] = []

    async def receive() -> MutableMapping[str, Any]:
        kind = messages.pop(0)
        if is_fault and kind == "lifespan.shutdown":
            raise RuntimeError("the server is in trouble")
        return {"type": kind}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    async def served() -> None:
        await make(options(own.var))({"type": "lifespan", "state": {}}, receive, send)

    if is_fault:
        with pytest.raises(RuntimeError, match="in trouble"):
            asyncio.run(served())
    else:
        asyncio.run(served())
    assert sent[0] == "lifespan.startup.complete"
    assert len(closed_by) == 1
    assert closed_by[0] is not threading.current_thread()


def test_a_folder_that_cannot_be_looked_at_is_logged_once_with_its_trace_and_the_next_edition_is_read_all_the_same(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("portal.current.LOOK_SECONDS", 0.01)
    looks: list[Path] = []
    find = current.current

    def denied(folder: Path) -> Path | None:
        looks.append(folder)
        if len(looks) <= 3:
            raise PermissionError(13, "Permission denied", str(folder))
        return find(folder)

    monkeypatch.setattr(current, "current", denied)
    read = threading.Event()
    editions = Editions(options(own.var).places)
    editions.follow(NOW.date, lambda _opened: read.set())
    try:
        assert read.wait(60)
    finally:
        editions.close()
    [told] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "Permission denied" in told.getMessage()
    assert told.exc_info
