"""An edition that is damaged, or cannot be read ahead, takes no sound one's place; whoever runs the page reads of it once."""

from __future__ import annotations

import time
from datetime import date, timedelta

import httpx
import pytest

from portal.app import make
from portal.current import AS_BEFORE, Editions
from portal.serving import serving
from support.following import number, place, soon, until
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp
from support.portal_options import options
from warehouse.edition_folder import POINTER, point

pytestmark = pytest.mark.xdist_group("portal")


def spoil_pointer(own: MadeUp) -> None:
    """Have it name no edition, in one step: whoever looks meanwhile sees the one before or nonsense, never that it is gone."""
    nonsense = own.var / "nonsense"
    nonsense.write_text("nonsense\n", encoding="utf-8")
    nonsense.replace(own.editions / POINTER)


def test_a_damaged_edition_is_a_plain_message_and_the_next_sound_one_is_read(own: MadeUp) -> None:
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as visitor:
        spoil_pointer(own)
        answer = visitor.get("/en/clusters")
        assert answer.status_code == 503
        assert "clusterbridge doctor" in answer.text
        (own.editions / POINTER).unlink()
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        assert visitor.get("/en/clusters").status_code == 200


@pytest.mark.parametrize("damage", ["pointer", "file"])
def test_a_damaged_edition_takes_no_sound_ones_place(
    own: MadeUp, ahead: Editions, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert number(ahead) == 2
    if damage == "pointer":
        spoil_pointer(own)
    else:
        (own.editions / "clusters-000003.duckdb").write_bytes(b"no database at all" * 1000)
        point(own.editions, "clusters-000003.duckdb")
    deadline = time.monotonic() + 60
    while AS_BEFORE not in caplog.text and time.monotonic() < deadline:
        assert number(ahead) == 2
    assert f"`clusterbridge doctor` says which command mends it{AS_BEFORE}" in caplog.text
    assert number(ahead) == 2
    (own.editions / POINTER).unlink()
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert soon(ahead, 3 if damage == "pointer" else 4)


def test_a_damage_is_logged_once_however_often_it_is_met_and_again_after_a_sound_edition(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("portal.current.LOOK_SECONDS", 0.01)
    looks: list[None] = []
    editions = Editions([place(own.var)], old_for_seconds=60)

    def today() -> date:
        looks.append(None)
        return NOW.date()

    def looked(times: int) -> None:
        wanted = len(looks) + times
        until(lambda: len(looks) >= wanted)

    editions.follow(today, lambda _opened: None)
    try:
        for times in (1, 2):
            point(own.editions, "clusters-000002.duckdb")
            looked(3)
            spoil_pointer(own)
            looked(5)
            assert caplog.text.count(AS_BEFORE) == times
    finally:
        editions.close()


def test_what_keeps_an_edition_from_being_read_ahead_is_logged_and_its_visits_meet_it(
    own: MadeUp, ahead: Editions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("no ground")

    assert number(ahead) == 2
    monkeypatch.setattr("portal.opened.read_ground", broken)
    own.publish(SECOND_NIGHT + timedelta(hours=1))
    assert soon(ahead, 3)
    assert "no ground" in caplog.text
    with pytest.raises(RuntimeError, match="no ground"), ahead.open(NOW.date()) as opened:
        _ = opened.ground
