"""The page follows editions: a new one is seen at once, a missing or damaged one is a plain message, and no run is disturbed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from portal.app import make
from portal.current import Editions
from portal.safety import POLICY
from portal.serving import CannotServe, serving
from support.following import Reading, number, place, soon, until
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp
from support.portal_options import options
from sync.places import EDITIONS
from warehouse.edition_folder import POINTER, point
from warehouse.editions import EditionMissing
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("portal")


def test_an_edition_swapped_between_two_visits_is_the_one_that_the_second_reads(own: MadeUp) -> None:
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as visitor:
        assert "Edition 2," in visitor.get("/en/clusters").text
        with State.open(own.var / "state.duckdb") as state:
            state.con.execute("UPDATE clusters SET name = 'Amber Anew' WHERE name = 'Amber Cluster'")
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        page = visitor.get("/en/clusters").text
        assert "Edition 3," in page
        assert "Amber Anew" in page
        assert "Amber Cluster" not in page


@pytest.mark.thorough
def test_visits_while_editions_are_swapped_are_all_answered(own: MadeUp) -> None:
    answers: list[int] = []
    is_over = threading.Event()

    def visits(address: str) -> None:
        with httpx.Client(base_url=address, timeout=20) as visitor:
            while not is_over.is_set():
                answers.extend(visitor.get(path).status_code for path in ("/en/clusters?q=amber", "/sv/clusters/1"))

    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        visitors = [threading.Thread(target=visits, args=(server.address,)) for _ in range(3)]
        for visitor in visitors:
            visitor.start()
        for hour in range(1, 3):
            own.publish(SECOND_NIGHT + timedelta(hours=hour))
        is_over.set()
        for visitor in visitors:
            visitor.join()
        assert "Edition 4," in httpx.get(f"{server.address}/en/clusters").text
    assert set(answers) == {200}


def test_a_visit_under_way_reads_one_edition_to_its_end(own: MadeUp) -> None:
    editions = Editions([place(own.var)])
    with editions.open(NOW.date()) as before:
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        with editions.open(NOW.date()) as after:
            assert (before.imprint.number, after.imprint.number) == (2, 3)
        assert before.con.execute("SELECT number FROM edition").fetchall() == [(2,)]
    editions.close()


def test_an_edition_can_be_published_while_the_page_reads(own: MadeUp) -> None:
    editions = Editions([place(own.var)])
    with editions.open(NOW.date()) as opened:
        assert opened.con.execute("SELECT count(*) FROM clusters").fetchall() == [(31,)]
        with pytest.raises(Exception, match=r"(?i)read.only"):
            opened.con.execute("DELETE FROM clusters")
        with pytest.raises(Exception, match=r"(?i)disabled|permission"):
            opened.con.execute("SELECT * FROM read_csv('/etc/passwd')")
        with pytest.raises(Exception, match=r"(?i)locked"):
            opened.con.execute("SET enable_external_access = true")
        own.publish(SECOND_NIGHT + timedelta(hours=1))
    editions.close()


def test_without_an_edition_every_page_says_what_to_do(tmp_path: Path) -> None:
    with serving(make(options(tmp_path / "none")), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as visitor:
        for path in ("/en/clusters", "/en/clusters/1"):
            answer = visitor.get(path)
            assert answer.status_code == 503
            assert "There are no data yet" in answer.text
            assert "clusterbridge sync" in answer.text
            assert answer.headers["retry-after"] == "60"
        assert visitor.get("/sv/clusters.json").json()["error"] == "Det finns inga data ännu"


def test_the_live_edition_goes_before_the_demos_as_soon_as_there_is_one(own: MadeUp, tmp_path: Path) -> None:
    live = tmp_path / "live"
    editions = Editions([place(live), place(own.var)])
    with editions.open(NOW.date()) as opened:
        assert opened.path.is_relative_to(own.editions.resolve())
    shutil.copytree(own.editions, live / EDITIONS, symlinks=True)
    with editions.open(NOW.date()) as opened:
        assert opened.path.is_relative_to(live.resolve())
    editions.close()


def test_visits_see_the_edition_before_until_the_new_one_is_read(
    own: MadeUp, ahead: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number(ahead) == 2
    reading = Reading(monkeypatch)
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert number(ahead) == 2
    assert reading.began.wait(20)
    assert number(ahead) == 2
    reading.may_go_on.set()
    assert soon(ahead, 3)
    assert reading.paths[-1] == "clusters-000003.duckdb"


def test_a_new_edition_is_read_though_nobody_visits(own: MadeUp, ahead: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(ahead) == 2
    reading = Reading(monkeypatch)
    reading.may_go_on.set()
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert reading.began.wait(20)
    assert soon(ahead, 3)


def test_what_was_read_ahead_is_not_read_again(own: MadeUp, ahead: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    assert number(ahead) == 2
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert soon(ahead, 3)
    for name in ("all_cards", "imprint", "read_ground", "all_known", "known_pairs", "alphabet"):
        monkeypatch.delattr(f"portal.opened.{name}")
    with ahead.open(NOW.date()) as opened:
        assert opened.cards([1])[1].name
        assert opened.ground.size
        assert opened.dossier(1)
        assert opened.alphabet("sv")
        opened.known_partners(1)


@pytest.mark.thorough
def test_an_edition_that_was_deleted_is_shown_to_nobody_however_long_the_next_takes(
    own: MadeUp, ahead: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number(ahead) == 2
    reading = Reading(monkeypatch)
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert reading.began.wait(20)
    (own.editions / "clusters-000002.duckdb").unlink()
    assert number(ahead) == 3
    reading.may_go_on.set()
    assert number(ahead) == 3


def held_in(folder: Path) -> list[str]:
    """Names of the files in a folder that this process holds open, also of those that were deleted."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            found.append(link.readlink())
    return [path.name for path in found if path.parent == folder.resolve()]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux says which files are open")
@pytest.mark.parametrize("pointer", ["gone", "left", "to damage"])
def test_no_file_is_held_open_when_the_last_edition_is_gone(own: MadeUp, ahead: Editions, pointer: str) -> None:
    assert number(ahead) == 2
    assert held_in(own.editions)
    if pointer == "gone":
        (own.editions / POINTER).unlink()
    for path in own.editions.glob("clusters-*"):
        path.unlink()
    if pointer == "to damage":
        (own.editions / "clusters-000003.duckdb").write_bytes(b"no database at all" * 1000)
        point(own.editions, "clusters-000003.duckdb")
    until(lambda: not held_in(own.editions))
    with pytest.raises(EditionMissing):
        number(ahead)


@pytest.mark.thorough
def test_no_edition_is_old_for_longer_than_it_may_be(own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    editions = Editions([place(own.var)], old_for_seconds=0.3)
    reading = Reading(monkeypatch)
    editions.follow(lambda: NOW.date(), lambda opened: opened.read_ahead(("en",)))
    try:
        assert number(editions) == 2
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        assert soon(editions, 3)
        assert not reading.may_go_on.is_set()
    finally:
        reading.may_go_on.set()
        editions.close()


class Clock:
    """What time it is, as a test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def at_times(own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float, int], int]]:
    """The edition that a visit sees at a second, where one is pointed at, and the one before is shown for five seconds."""
    for hour in (1, 2):
        own.publish(SECOND_NIGHT + timedelta(hours=hour))
    editions, clock = Editions([place(own.var)], old_for_seconds=5), Clock()
    monkeypatch.setattr("portal.current.time", clock)

    def at(second: float, pointed: int) -> int:
        clock.now = 1000.0 + second
        point(own.editions, f"clusters-{pointed:06d}.duckdb")
        return number(editions)

    yield at
    editions.close()


@pytest.mark.thorough
def test_an_edition_that_was_current_again_may_be_shown_as_long_as_at_first(at_times: Callable[[float, int], int]) -> None:
    assert [at_times(0, 2), at_times(1, 3), at_times(2, 2)] == [2, 2, 2]
    assert [at_times(3600, 3), at_times(3604, 3), at_times(3606, 3)] == [2, 2, 3]


@pytest.mark.thorough
def test_one_new_edition_after_another_keeps_none_old_for_longer(at_times: Callable[[float, int], int]) -> None:
    assert [at_times(0, 2), at_times(1, 3), at_times(5, 4)] == [2, 2, 2]
    assert at_times(7, 4) == 4


def test_a_fault_of_ours_is_a_plain_page_with_all_its_headers_and_is_logged(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("portal.pages.search.browse", broken)
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as visitor:
        answer = visitor.get("/sv/clusters")
        as_json = visitor.get("/en/clusters.json")
        assert visitor.get("/en/clusters/1").status_code == 200
    assert answer.status_code == 500
    assert "Något är fel på vår sida" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert as_json.json()["error"] == "Something is wrong on our side"
    assert "a secret detail" in caplog.text


def test_no_folder_at_all_is_no_edition() -> None:
    with pytest.raises(EditionMissing, match="make demo"), Editions([place(Path("/nowhere/at/all"))]).open(NOW.date()):
        pass


def test_a_port_that_is_taken_is_said(site: str) -> None:
    with (
        pytest.raises(CannotServe, match="--port"),
        serving(make(options(Path("/nowhere"))), "127.0.0.1", int(site.rsplit(":", 1)[1])),
    ):
        pass
    with pytest.raises(CannotServe, match="host"), serving(make(options(Path("/nowhere"))), "not.an.address.invalid", 0):
        pass
