"""What people judge of two records: signed, dated, undoable, and never two things at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import decided
from warehouse.decided import Contradicted, Decision, RecordKey, in_order
from warehouse.desk import Desk
from warehouse.rows import Verdict

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
PAPER, PULP, KELP = RecordKey("eccp", "paper"), RecordKey("tci", "pulp_1"), RecordKey("eccp", "node/77")
SIGNED = {"by": "Astrid", "because": "rang them", "at": NOW}
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with Desk.open(path) as desk:
        yield desk


def test_a_judgement_comes_back_as_it_was_said_whichever_record_was_named_first(desk: Desk) -> None:
    said, is_new = decided.decide(desk, PULP, PAPER, SAME, **SIGNED)
    assert is_new
    assert decided.standing(desk) == [said] == [Decision(1, PAPER, PULP, SAME, "Astrid", "rang them", NOW)]


def test_the_same_said_again_is_not_written_again(desk: Desk) -> None:
    first, _ = decided.decide(desk, PAPER, PULP, SAME, **SIGNED)
    again = decided.decide(desk, PULP, PAPER, SAME, by="Bo", because="so do I", at=NOW + timedelta(days=1))
    assert again == (first, False)
    assert len(decided.decisions(desk)) == 1


def test_the_opposite_is_refused_until_the_standing_judgement_is_withdrawn_and_both_stay_on_record(desk: Desk) -> None:
    decided.decide(desk, PAPER, PULP, SAME, **SIGNED)
    with pytest.raises(Contradicted, match="found that Astrid judged them same on 2026-11-25") as caught:
        decided.decide(desk, PAPER, PULP, DIFFERENT, by="Bo", because="two boards", at=NOW)
    later = NOW + timedelta(hours=1)
    assert decided.withdraw(desk, caught.value.standing.number, by="Bo", because="asked again", at=later)
    decided.decide(desk, PAPER, PULP, DIFFERENT, by="Bo", because="two boards", at=later)
    second, first = decided.decisions(desk)
    assert (second.verdict, second.withdrawn) == (DIFFERENT, None)
    assert first.withdrawn is not None
    assert (first.withdrawn.by, first.withdrawn.because, first.withdrawn.at) == ("Bo", "asked again", later)
    assert decided.standing(desk) == [second]


def test_a_judgement_is_withdrawn_once(desk: Desk) -> None:
    decided.decide(desk, PAPER, PULP, SAME, **SIGNED)
    assert decided.withdraw(desk, 1, **SIGNED)
    assert not decided.withdraw(desk, 1, by="Bo", because="again", at=NOW)
    assert not decided.withdraw(desk, 99, **SIGNED)
    assert decided.decisions(desk)[0].withdrawn.by == "Astrid"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"by": " "}, "a judgement is signed"),
        ({"because": ""}, "a judgement is signed"),
        ({"by": "Machine sameness 2"}, "wanted the name of a person"),
        ({"at": datetime(2026, 11, 25)}, "with a time zone"),  # noqa: DTZ001  that is the point
    ],
)
def test_an_unsigned_or_undated_judgement_is_none(desk: Desk, change: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        decided.decide(desk, PAPER, PULP, SAME, **(SIGNED | change))
    assert decided.decisions(desk) == []


def test_a_record_is_not_judged_against_itself_and_a_person_is_not_unsure(desk: Desk) -> None:
    with pytest.raises(ValueError, match="found eccp/paper twice"):
        decided.decide(desk, PAPER, PAPER, SAME, **SIGNED)
    with pytest.raises(ValueError, match="found unsure"):
        decided.decide(desk, PAPER, PULP, Verdict.UNSURE, **SIGNED)


def test_the_file_itself_allows_one_standing_judgement_a_pair_and_one_order(desk: Desk) -> None:
    insert = (
        "INSERT INTO judgements (left_network, left_key, right_network, right_key, verdict, decided_by, because, decided_at)"
        " VALUES (?, ?, ?, ?, 'same', 'A', 'b', '2026-11-25T04:00:00+00:00')"
    )
    desk.write(insert, [*PAPER, *PULP])
    for pair in ((PAPER, PULP), (PULP, PAPER), (PAPER, PAPER)):
        with pytest.raises(sqlite3.IntegrityError):
            desk.write(insert, [*pair[0], *pair[1]])


KEYS = st.builds(RecordKey, st.sampled_from(["eccp", "tci", "ä", "Z"]), st.text(st.characters(codec="utf-8"), max_size=4))


@given(KEYS, KEYS)
def test_python_and_sqlite_order_two_records_alike(one: RecordKey, other: RecordKey) -> None:
    if one != other and "\0" not in one.source_key + other.source_key:
        left, right = in_order(one, other)
        assert sqlite3.connect(":memory:").execute("SELECT (?, ?) < (?, ?)", [*left, *right]).fetchone() == (1,)


def test_what_is_kept_out_leaves_with_every_judgement_on_it_and_no_byte_of_it_stays(path: Path, desk: Desk) -> None:
    decided.decide(desk, PAPER, PULP, SAME, by="Astrid", because="Unforgettable Paper AB says so", at=NOW)
    decided.decide(desk, KELP, PULP, DIFFERENT, by="Bo", because="not Unforgettable", at=NOW)
    changed = decided.forget(desk, lambda key: key == PAPER, lambda text: text.replace("Unforgettable", "…"))
    assert changed == 2
    (left,) = decided.decisions(desk)
    assert (left.left, left.right, left.because) == (KELP, PULP, "not …")
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"Unforgettable" not in everything
    assert b"Astrid" not in everything
    assert decided.forget(desk, lambda key: key == PAPER, str) == 0


@pytest.mark.parametrize("kept_out", [KELP, PULP], ids=["on the left", "on the right"])
def test_one_judgement_on_whoever_is_kept_out_leaves_whichever_side_it_is_on_and_no_byte_of_it_stays(
    path: Path, desk: Desk, kept_out: RecordKey
) -> None:
    decided.decide(desk, KELP, PULP, DIFFERENT, by="Astrid", because="rang them", at=NOW)
    assert decided.forget(desk, kept_out.__eq__, str) == 1
    assert decided.decisions(desk) == []
    assert b"Astrid" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_reason_may_be_as_long_as_is_said_and_no_longer(desk: Desk) -> None:
    decided.decide(desk, KELP, PULP, SAME, by="A" * 80, because="x" * decided.LONGEST_REASON, at=NOW)
    for by, because in (("A" * 81, "x"), ("A", "x" * (decided.LONGEST_REASON + 1))):
        with pytest.raises(ValueError, match="of at most"):
            decided.check_signature(by, because)


def test_judgements_between_two_organisations_are_those_on_a_record_of_each(desk: Desk) -> None:
    for pair in ((PAPER, PULP), (PAPER, KELP), (PULP, KELP)):
        decided.decide(desk, *pair, DIFFERENT, **SIGNED)
    found = decided.between(decided.standing(desk), {PULP}, {PAPER, KELP})
    assert {(one.left, one.right) for one in found} == {(PAPER, PULP), (KELP, PULP)}
