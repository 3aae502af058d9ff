"""Useful or not: what staff think of a partner is kept with how it was ranked, and can be taken away as labels."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from support.commands import Ended, called
from support.made_up_clusters import MadeUp
from support.staff import Person, shown

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


def test_an_opinion_stands_beside_its_partner_with_who_gave_it_and_why(ada: Person, number_of: Number) -> None:
    path = f"/en/clusters/{number_of('Northwood Alliance')}/partners"
    second = ada.data(path)["partners"][1]
    answer = ada.send(f"{path}?mode=balanced", do=f"useful:{second['id']}", because="They <rang> back.")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}?mode=balanced#partner-{second['id']}"
    page = ada.get(path).text
    assert "Useful: They <rang> back. Ada, 29 Nov 2026" in shown(page)
    assert "<rang>" not in page
    ada.send(path, do=f"useless:{second['id']}")
    [opinion] = ada.data(path)["partners"][1]["opinions"]
    assert (opinion["is_useful"], opinion["by"], opinion["ranked"]["place"]) == (False, "Ada", 2)
    assert opinion["ranked"]["score"] == pytest.approx(second["score"])


def test_all_of_them_can_be_taken_away_as_labels(ada: Person, number_of: Number) -> None:
    assert "Nobody has said anything yet" in shown(ada.get("/en/opinions").text)
    path = f"/en/clusters/{number_of('Northwood Alliance')}/partners"
    first, second = ada.data(path)["partners"][:2]
    ada.send(path, do=f"useful:{first['id']}", because="=1+1")
    ada.send(path, do=f"useless:{second['id']}")
    labels = ada.data("/en/opinions")
    assert [(one["partner"]["id"], one["is_useful"]) for one in labels] == [(second["id"], False), (first["id"], True)]
    assert labels[0]["home"]["record"] == "eccp/northwood"
    rows = list(csv.DictReader(StringIO(ada.get("/en/opinions.csv").content.decode("utf-8-sig"))))
    assert [(row["partner"], row["useful"], row["because"]) for row in rows] == [
        (second["name"], "0", ""),
        (first["name"], "1", "'=1+1"),
    ]
    assert first["name"] in shown(ada.get("/sv/opinions").text)


def test_the_command_line_takes_the_same_labels_away(
    ada: Person, own: MadeUp, number_of: Number, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config, file = own.var.parent / "config.toml", tmp_path / "labels.csv"

    def command(*words: str | Path) -> Ended:
        return called(capsys, "--quiet", "--config", config, "opinions", "export", *words)

    assert command("--json").json == []
    path = f"/en/clusters/{number_of('Northwood Alliance')}/partners"
    first = ada.data(path)["partners"][0]
    ada.send(path, do=f"useful:{first['id']}", because="=1+1")
    [label] = command("--json").json
    assert (label["partner"]["id"], label["is_useful"], label["ranked"]["place"]) == (first["id"], True, 1)
    assert "1 opinions written" in command(file).out
    assert file.read_bytes() == ada.get("/en/opinions.csv").content
    [row] = csv.DictReader(StringIO(command().out))
    assert (row["partner"], row["useful"], row["because"]) == (first["name"], "1", "'=1+1")
    assert command(file, "--json").code == 2


@pytest.mark.parametrize("do", ["useful:x", "useful:", "explode:1", "", "useful:-1"])
def test_an_opinion_on_nothing_is_refused(ada: Person, number_of: Number, do: str) -> None:
    assert ada.send(f"/en/clusters/{number_of('Northwood Alliance')}/partners", do=do).status_code == 400


def test_an_opinion_on_whom_nobody_ranked_is_refused(ada: Person, number_of: Number) -> None:
    path = f"/en/clusters/{number_of('Northwood Alliance')}/partners"
    assert ada.send(path, do=f"useful:{number_of('Granite Cluster')}").status_code == 409
    assert ada.send(path, do="useful:99999").status_code == 404
    first = ada.data(path)["partners"][0]["id"]
    assert ada.send(path, do=f"useful:{first}", because="x" * 501).status_code == 400
    assert ada.data("/en/opinions") == []
