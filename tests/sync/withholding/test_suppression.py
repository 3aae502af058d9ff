"""Marks tell nobody whom they protect, are matched only with their key, and are kept for ever."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.places import DESK, KEY
from sync.withholding.key import KeyLost
from sync.withholding.suppression import (
    NOTHING,
    Kind,
    Marker,
    MarkKind,
    Suppressions,
    decisions,
    desk_of,
    key_trouble,
    learn,
    marker_of,
    suppress,
    suppressions,
    withdraw,
)
from sync.withholding.values import national_digits, without_values
from warehouse.desk import Desk
from warehouse.profile import ClusterProfile

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
MARKER = Marker(b"k" * 32)
PAPER = ClusterProfile(
    network="eccp", source_key="paper", url="https://e.example/paper", name="Paper  Província", country="SE", domain="paper.se"
)


def keeping_out(*marks: tuple[MarkKind, bytes]) -> Suppressions:
    return Suppressions(MARKER, frozenset(marks))


def decide(var: Path, *marks: tuple[MarkKind, bytes]) -> int:
    with Desk.open(var / DESK) as desk:
        return suppress(desk, Kind.ORGANISATION, marks, by="Astrid", because="asked", at=NOW)


@pytest.mark.parametrize(
    "mark",
    [
        MARKER.mark(MarkKind.RECORD, "eccp", "paper"),
        MARKER.name("paper provincia", "SE"),
        MARKER.mark(MarkKind.DOMAIN, "paper.se"),
    ],
    ids=["its record", "its name in its country", "its domain"],
)
def test_an_organisation_is_recognised_by_any_of_its_marks(mark: tuple[MarkKind, bytes]) -> None:
    assert keeping_out(mark).keeps_out(PAPER)
    assert not keeping_out(mark).keeps_out(
        PAPER.model_copy(update={"source_key": "other", "name": "Other", "domain": "other.se"})
    )


def test_a_name_in_another_country_is_another_organisation() -> None:
    marks = keeping_out(MARKER.name("Paper Província", "FI"))
    assert not marks.keeps_out(PAPER)


def test_a_page_is_the_same_wherever_its_network_is_read() -> None:
    marks = keeping_out(MARKER.address("eccp", "https://live.example/content/Åpaper/"))
    assert marks.has_page("eccp", "http://127.0.0.1:8000/content/%C3%85paper")
    assert not marks.has_page("eccp", "https://live.example/content/Åpaper?page=1")
    assert not marks.has_page("tci", "https://live.example/content/Åpaper")


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first, second = suppressions(tmp_path), suppressions(tmp_path)
    assert first.marker.name("a", "SE") == second.marker.name("a", "SE")
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    assert len((tmp_path / KEY).read_bytes()) == 32


def test_another_installation_makes_other_marks(tmp_path: Path) -> None:
    ours, theirs = suppressions(tmp_path / "a"), suppressions(tmp_path / "b")
    assert ours.marker.name("a", "SE") != theirs.marker.name("a", "SE")


def test_the_desk_holds_nothing_of_what_it_protects(tmp_path: Path) -> None:
    with Desk.open(tmp_path / DESK) as desk:
        marker = marker_of(tmp_path, desk)
        suppress(desk, Kind.MAIL, [marker.mark(MarkKind.MAIL, "info@paper.se")], by="Astrid", because="asked", at=NOW)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"paper" not in everything
    assert b"Astrid" in everything


@pytest.mark.parametrize("body", [None, b"x" * 32, b"short"], ids=["gone", "another", "half"])
def test_marks_without_their_key_are_an_error_and_never_nothing(tmp_path: Path, body: bytes | None) -> None:
    suppressions(tmp_path)
    assert key_trouble(tmp_path) is None
    (tmp_path / KEY).unlink()
    if body is not None:
        (tmp_path / KEY).write_bytes(body)
    with pytest.raises(KeyLost, match="clusterbridge restore DIR"):
        suppressions(tmp_path)
    assert key_trouble(tmp_path)
    assert (tmp_path / KEY).exists() == (body is not None), "no other key is made in its place"


@pytest.mark.parametrize("is_replaced", [False, True], ids=["gone", "an empty one in its place"])
def test_a_key_without_the_desk_of_its_marks_is_an_error_and_never_nothing(tmp_path: Path, is_replaced: bool) -> None:
    suppressions(tmp_path)
    for part in tmp_path.glob(f"{DESK}*"):
        part.unlink()
    if is_replaced:
        Desk.open(tmp_path / DESK).close()
    with pytest.raises(KeyLost, match=r"clusterbridge restore DIR.*move .*privacy\.key away"):
        suppressions(tmp_path)
    with pytest.raises(KeyLost), desk_of(tmp_path):
        pass
    assert key_trouble(tmp_path)
    (tmp_path / KEY).unlink()
    assert not suppressions(tmp_path), "whoever moves the key away begins anew"


class Killed(BaseException):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("step", ["part", "new", "check"])
def test_whoever_is_killed_while_the_key_is_made_has_lost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as plug:
        if step == "part":
            plug.setattr("sync.files.os.fsync", die)
        elif step == "new":
            plug.setattr(Desk, "write", die)
        else:
            replace = Path.replace
            plug.setattr(Path, "replace", lambda path, to: die() if Path(to).name == KEY else replace(path, to))
        with pytest.raises(Killed), Desk.open(tmp_path / DESK) as desk:
            marker_of(tmp_path, desk)
    first = suppressions(tmp_path)
    assert first.marker.name("a", "SE") == suppressions(tmp_path).marker.name("a", "SE")
    assert key_trouble(tmp_path) is None


def test_a_decision_holds_until_it_is_withdrawn_and_stays_on_record(tmp_path: Path) -> None:
    mark = suppressions(tmp_path).marker.name("Paper", "SE")
    number = decide(tmp_path, mark)
    assert suppressions(tmp_path).marks == {mark}
    with Desk.open(tmp_path / DESK) as desk:
        assert withdraw(desk, number, by="Bo", because="asked again", at=NOW)
        assert not withdraw(desk, number, by="Bo", because="asked again", at=NOW)
        (one,) = decisions(desk)
    assert (one.number, one.decided_by, one.marks, one.withdrawn_at) == (number, "Astrid", 1, NOW)
    assert not suppressions(tmp_path)


def test_what_is_learnt_belongs_to_the_decision_that_told_and_goes_with_it(tmp_path: Path) -> None:
    told, new, domain = MARKER.name("Paper", "SE"), MARKER.mark(MarkKind.RECORD, "tci", "p"), MARKER.mark(MarkKind.DOMAIN, "p.se")
    suppressions(tmp_path)
    number = decide(tmp_path, told)
    decide(tmp_path, MARKER.name("Other", "SE"))
    with Desk.open(tmp_path / DESK) as desk:
        for _ in range(2):
            learn(desk, [(frozenset({told}), frozenset({told, new, domain}))])
        assert {one.number: one.marks for one in decisions(desk)} == {1: 2, 2: 1}
        withdraw(desk, number, by="Bo", because="asked again", at=NOW)
    assert suppressions(tmp_path).marks == {MARKER.name("Other", "SE")}


VALUES = keeping_out(
    MARKER.mark(MarkKind.MAIL, "info@paper.se"),
    MARKER.mark(MarkKind.DOMAIN, "xn--mlar-loa.se"),
    MARKER.mark(MarkKind.PHONE, "81234567"),
)


@pytest.mark.parametrize(
    "printed",
    [
        "info@paper.se",
        "INFO@Paper.SE",
        "info (at) paper.se",
        "info&#64;paper.se",
        "https://www.mälar.se/om",
        "kontakt@mälar.se",
        "mälar.se",
        "xn--mlar-loa.se/x",
        "08-123 45 67",
        "(08) 123 45 67",
        "+46 (0)8 123 45 67",
        "0046 8 123 45 67",
        "+46-8-1234567",
    ],
)
def test_a_value_is_taken_out_however_it_is_printed_and_what_is_round_it_stays(printed: str) -> None:
    assert without_values(f"Ask us: {printed} for more", VALUES) == "Ask us:  for more"
    assert without_values(f'<a href="{printed}">', VALUES) == '<a href="">'


@pytest.mark.parametrize(
    "text",
    ["kontakt@paper.se", "info@paper.fi", "malar.se", "https://mälar.fi", "08-123 45 68", "2014-2020", "Version 8.1.23", "081"],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert without_values(text, VALUES) == text


@given(st.text())
def test_taking_out_twice_is_taking_out_once_and_nothing_kept_out_changes_nothing(text: str) -> None:
    assert without_values(text, NOTHING) == text
    once = without_values(text, VALUES)
    assert without_values(once, VALUES) == once


@given(st.text(alphabet="+0123456789 ()-./"))
def test_digits_of_a_number_are_digits(text: str) -> None:
    assert all(digits.isdigit() or digits == "" for digits in national_digits(text))
