"""Mail addresses, telephone numbers and domains that are kept out, and member lists: through whole runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.small_network import SmallDirectory, running
from support.traces import bytes_under
from sync.cli.app import main
from sync.exits import Exit
from warehouse.edition_folder import current

pytestmark = pytest.mark.xdist_group("kept_out")

SIGNED = ("--by", "Astrid Operator", "--because", "asked by letter")
MAIL, PHONE, DOMAIN = "info@tci-cluster-3.example", "+46 8 123 45 03", "tci-cluster-3.se"


class WithContacts(SmallDirectory):
    """Every page has a mailbox and a number, and speaks of the third cluster's."""

    def profile(self, number: int) -> str:
        rows = f"<tr><th>Email</th><td>info@tci-cluster-{number}.example</td></tr>"
        rows += f"<tr><th>Phone</th><td>+46 8 123 45 0{number}</td></tr>"
        words = f"Write to {MAIL}, call 08-123 45 03 or see https://{DOMAIN}/join about it."
        return super().profile(number).replace("</table>", f"{rows}</table>").replace("is clean energy", f"is clean. {words} It")


@pytest.fixture
def network() -> Iterator[SmallDirectory]:
    network = WithContacts("tci")
    with running(network):
        yield network


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, network: SmallDirectory, helpers: Any) -> Callable[..., int]:
    """Runs ``clusterbridge`` in a folder of its own, where the network is switched on; the exit code."""
    config = helpers.write_config(tmp_path / "ours", tci=network.base)

    def run(*words: str | Path) -> int:
        with pytest.raises(SystemExit) as ended:
            main(("--config", str(config), "--quiet", *map(str, words)))
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "ours" / "var"


def rows(path: Path | None, sql: str) -> list[tuple[Any, ...]]:
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def everything(var: Path) -> str:
    """Every byte that is kept, and all rows of the state and of every edition."""
    return "\n".join(body.decode("utf-8", "replace") for body in bytes_under(var).values())


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("value", "printed", "field"),
    [
        pytest.param(MAIL, (MAIL,), "role_email", id="mail"),
        pytest.param(PHONE, ("08-123 45 03", "+4681234503", PHONE), "phone", id="phone", marks=pytest.mark.thorough),
    ],
)
def test_a_value_leaves_every_field_text_and_page_and_its_organisation_stays(
    run: Callable[..., int], var: Path, network: SmallDirectory, value: str, printed: tuple[str, ...], field: str
) -> None:
    assert run("sync") == Exit.OK
    assert printed[0] in everything(var)
    assert run("privacy", "erase", value, *SIGNED) == Exit.OK
    counted = f"SELECT count(*), count({field}) FROM clusters WHERE NOT is_gone"  # noqa: S608
    assert rows(current(var / "editions"), counted) == [(10, 9)]
    network.revision += 1
    assert run("sync", "--full") == Exit.OK
    held = everything(var)  # the edition of the erasure is among it
    assert [text for text in printed if text in held] == []
    assert rows(current(var / "editions"), counted) == [(10, 9)]


@pytest.mark.thorough
def test_a_suppressed_value_leaves_the_next_edition_also_where_no_page_has_changed(run: Callable[..., int], var: Path) -> None:
    run("sync")
    run("privacy", "suppress", f"mailto:{MAIL.upper()}", *SIGNED)
    assert run("sync") == Exit.OK
    said = rows(current(var / "editions"), "SELECT name, role_email, extracts FROM clusters")
    assert (len(said), [row for row in said if MAIL in repr(row)]) == (10, [])
    assert all("Write to , call" in repr(row[2]) or "Write to" not in repr(row[2]) for row in said)


@pytest.mark.thorough
def test_a_domain_takes_its_organisation_along_and_leaves_the_words_of_others(
    run: Callable[..., int], var: Path, network: SmallDirectory
) -> None:
    run("sync")
    assert run("privacy", "erase", f"https://www.{DOMAIN}/about", *SIGNED) == Exit.OK
    for _ in range(2):
        assert DOMAIN not in everything(var)
        assert rows(current(var / "editions"), "SELECT count(*) FROM clusters WHERE NOT is_gone") == [(9,)]
        network.revision += 1
        assert run("sync", "--full") == Exit.OK


def test_a_domain_that_strangers_share_is_refused(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("privacy", "suppress", "https://www.facebook.com/somebody", *SIGNED) == Exit.USAGE
    assert "which strangers share" in capsys.readouterr().err


def test_what_nobody_knows_is_refused_with_what_to_write(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("privacy", "suppress", "Nobody at all", *SIGNED) == Exit.USAGE
    assert "--country CC" in capsys.readouterr().err
    assert run("privacy", "suppress", "08-123", "--as", "phone", *SIGNED) == Exit.USAGE
    assert "its country's prefix" in capsys.readouterr().err


LIST = "Namn;Webbplats;E-post\n" + "".join(
    f"Alpha Kluster {letter};https://alpha-{letter.lower()}.se;info@alpha-{letter.lower()}.se\n" for letter in "ABCDEFGHIJKL"
)


@pytest.mark.thorough
def test_a_row_that_is_kept_out_leaves_the_stored_list_and_does_not_come_back_with_the_next_one(
    run: Callable[..., int], var: Path, tmp_path: Path
) -> None:
    members = tmp_path / "members.csv"
    members.write_text(LIST, encoding="utf-8")
    imports = ("import", "clusters-of-sweden", members)
    assert run(*imports) == Exit.OK
    assert "Alpha Kluster C" in everything(var)
    assert run("privacy", "erase", "Alpha Kluster C", *SIGNED) == Exit.OK
    for _ in range(2):
        held = everything(var)
        assert [text for text in ("Alpha Kluster C", "alpha-c.se", "alpha-kluster-c") if text in held] == []
        assert "Alpha Kluster D" in held
        assert rows(current(var / "editions"), "SELECT count(*) FROM swedish_clusters WHERE NOT is_gone") == [(11,)]
        assert run(*imports) == Exit.OK
    assert run("replay", "clusters-of-sweden") == Exit.OK


@pytest.mark.thorough
def test_a_held_run_that_is_accepted_does_not_bring_back_what_was_suppressed_since(
    run: Callable[..., int], var: Path, network: SmallDirectory
) -> None:
    run("sync")
    network.clusters, network.revision = 8, 2
    assert run("sync") == Exit.HELD
    run("privacy", "suppress", network.name(3), *SIGNED)
    assert run("accept", "2", *SIGNED) == Exit.OK
    names = repr(rows(current(var / "editions"), "SELECT name FROM clusters"))
    assert (network.name(3) in names, network.name(4) in names) == (False, True)
