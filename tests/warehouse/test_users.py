"""Who may sign in to the staff page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse import users
from warehouse.desk import Desk

pytestmark = pytest.mark.usefixtures("cheap_passwords")

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.sqlite") as opened:
        yield opened


def test_a_user_signs_in_with_the_password_and_with_no_other(desk: Desk) -> None:
    assert users.put(desk, " Ada ", PASSWORD, AT)
    assert users.signed_in(desk, "ada", PASSWORD) == users.users(desk)[0]
    for wrong in ("", "correct horse batter", PASSWORD + " ", PASSWORD.upper()):
        assert users.signed_in(desk, "Ada", wrong) is None
    assert users.signed_in(desk, "Bo", PASSWORD) is None


def test_a_new_password_is_a_new_generation_and_a_removed_user_is_gone(desk: Desk) -> None:
    users.put(desk, "Ada", PASSWORD, AT)
    assert not users.put(desk, "ADA", "another long password", AT)
    [ada] = users.users(desk)
    assert (ada.name, ada.generation) == ("Ada", 2)
    assert users.signed_in(desk, "Ada", PASSWORD) is None
    assert users.remove(desk, "ada")
    assert not users.remove(desk, "ada")
    assert users.users(desk) == []


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("a\nb", PASSWORD), ("x" * 81, PASSWORD), ("Ada", "short"), ("Ada", "x" * 1001)]
)
def test_a_name_or_password_that_will_not_do_is_refused(desk: Desk, name: str, password: str) -> None:
    with pytest.raises(ValueError, match="wanted a"):
        users.put(desk, name, password, AT)


def test_of_a_password_nothing_is_kept_but_a_salted_hash(desk: Desk, tmp_path: Path) -> None:
    users.put(desk, "Ada", PASSWORD, AT)
    users.put(desk, "Bo", PASSWORD, AT)
    first, second = (row[0] for row in desk.rows("SELECT password_hash FROM users"))
    assert first != second
    assert PASSWORD.encode() not in b"".join(one.read_bytes() for one in tmp_path.iterdir())
    with pytest.raises(ValueError, match="scrypt"):
        users.fits_hash(PASSWORD, "plain$1$1$1$a$b")


def test_scrypt_costs_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (users.COST, users.BLOCK, users.PARALLEL) == (2**15, 8, 3)
    made = users.hashed(PASSWORD)
    assert made.startswith("scrypt$32768$8$3$")
    assert users.fits_hash(PASSWORD, made)
