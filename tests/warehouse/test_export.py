"""What is taken away: valid by its standard, safe in a spreadsheet, and public only where that is allowed."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from warehouse import export
from warehouse.editions import EditionReader, publish
from warehouse.export import PACKAGE, WORKBOOK, Format, Package, package
from warehouse.state import State

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
ATTACK = '=HYPERLINK("http://evil.example","x")'
SECRET = "Only eccp says so"


@pytest.fixture(scope="module")
def folder(nights_on, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition of three: one that eccp alone lists, one that both do and say different things of, one that strangers named."""
    folder = tmp_path_factory.mktemp("exported")
    with State.memory() as state:
        nights = nights_on(state)
        nights.load(
            nights.record("alone", name=SECRET, country="SE"),
            nights.record(
                "both", name=f"{SECRET} of both", city=SECRET, country="SE", members_total=7, keywords=("pulp", SECRET),
                extracts={"en": SECRET}, founded_on="2001-02-03", founded_precision="day", ecosystems=("Textiles",),
                sectors=("Automotive",), phone="+46541234567",
            ),
        )  # fmt: skip
        said = {"members_total": 9, "founded_on": "2001", "founded_precision": "year", "city": ATTACK}
        both = nights.record("both", "tci", country="SE", keywords=("pulp",), **said)
        nights.load(both, nights.record("evil", "tci", name=ATTACK, city="-1+1"), network="tci", same_night=True)
        nights.tell([("eccp", "both"), ("tci", "both")])
        publish(state, folder, nights.now)
    return folder


@pytest.fixture
def packed(folder: Path):
    def packed(kind: Format, *public: str, is_public: bool = False) -> Package:
        with EditionReader(folder) as reader, reader.cursor() as con:
            return package(con, kind, AT, public=frozenset(public) if is_public else None)

    return packed


def written(made: Package, folder: Path) -> Path:
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    (folder / PACKAGE).write_text(json.dumps(made.descriptor, ensure_ascii=False), encoding="utf-8")
    return folder


def rows(made: Package, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(made.files[f"{table}.csv"].decode(), newline="")))


VALIDATE = """
import json, sys
from frictionless import validate
for path in sys.argv[1:]:
    told = validate(path)
    print(json.dumps([told.valid, [[task.name, error.message] for task in told.tasks for error in task.errors]]))
"""


def told_by_frictionless(*folders: Path) -> list:
    words = [sys.executable, "-c", VALIDATE, *(str(folder / PACKAGE) for folder in folders)]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_csv_and_parquet_are_valid_by_the_standard_and_a_spoilt_file_is_not(packed, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("csv", "parquet", "spoilt")]
    for folder, kind in zip(folders, (Format.CSV, Format.PARQUET, Format.CSV), strict=True):
        folder.mkdir()
        written(packed(kind), folder)
    (folders[2] / "labels.csv").write_text("organisation_id,level\r\nx,gold\r\n", encoding="utf-8")
    *whole, spoilt = told_by_frictionless(*folders)
    assert whole == [[True, []]] * 2
    assert not spoilt[0]
    assert {name for name, _ in spoilt[1]} == {"labels"}


@pytest.mark.thorough  # its reader opens the workbook anew for every sheet
def test_a_workbook_is_valid_by_the_standard(packed, tmp_path: Path) -> None:
    assert told_by_frictionless(written(packed(Format.XLSX), tmp_path)) == [[True, []]]


@pytest.mark.parametrize("kind", Format)
def test_the_package_says_of_every_file_and_column_what_it_is(packed, kind: Format) -> None:
    made = packed(kind)
    assert made.descriptor["name"] == "clusterbridge-edition-1"
    for resource in made.descriptor["resources"]:
        content = made.files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["sources"][0]["title"].endswith(".")
        assert all(field["description"].endswith(".") and field["unit"] for field in resource["schema"]["fields"])
    assert made.descriptor["licenses"]
    tables = {resource["title"] for resource in made.descriptor["resources"]}
    assert {"clusters", "claims", "data_dictionary", "vocabularies", "label_history"} <= tables
    assert not [name for name in tables if name.startswith("search_")]


def test_parquet_keeps_lists_maps_days_and_numbers(packed) -> None:
    table = pq.read_table(BytesIO(packed(Format.PARQUET).files["clusters.parquet"]))
    row = next(one for one in table.to_pylist(maps_as_pydicts="strict") if one["members_total"] == 7)
    assert (row["founded_on"], row["keywords"], row["extracts"]) == (date(2001, 2, 3), ["pulp", SECRET], {"en": SECRET})


def test_no_text_of_a_stranger_is_a_formula_in_csv(packed) -> None:
    made = packed(Format.CSV)
    (evil,) = (row for row in rows(made, "clusters") if "HYPERLINK" in row["name"])
    assert evil["name"] == f"'{ATTACK}"
    assert evil["city"] == "'-1+1"
    (both,) = (row for row in rows(made, "clusters") if row["members_total"] == "7")
    assert (json.loads(both["keywords"]), json.loads(both["extracts"]), both["is_gone"]) == (
        ["pulp", SECRET],
        {"en": SECRET},
        "false",
    )
    assert both["phone"] == "+46541234567", "a number is dialled as it stands"


def test_the_workbook_has_a_readme_fixed_headings_and_real_days_and_numbers(packed) -> None:
    book = load_workbook(BytesIO(packed(Format.XLSX).files[WORKBOOK]))
    assert book.sheetnames[:2] == ["README", "clusters"]
    assert "edition 1 of clusterbridge" in book["README"]["A2"].value
    sheet = book["clusters"]
    assert sheet.freeze_panes == "A2"
    head = [cell.value for cell in sheet[1]]
    found = [dict(zip(head, line, strict=True)) for line in sheet.iter_rows(min_row=2)]
    (both,) = (one for one in found if one["members_total"].value == 7)
    assert (both["founded_on"].value, both["founded_on"].is_date) == (datetime(2001, 2, 3), True)  # noqa: DTZ001  as Excel has it
    assert both["is_gone"].value is False
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d", "b"}, "none is a formula"
    assert ATTACK in {one["name"].value for one in found}
    moments = [row[1] for row in book["edition"].iter_rows(min_row=2)]
    assert all(cell.is_date for cell in moments)


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(packed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    with pytest.raises(ValueError, match="export Parquet or CSV"):
        packed(Format.XLSX)
    assert packed(Format.CSV).files


@pytest.mark.thorough
def test_libreoffice_opens_the_workbook(packed, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("localc")
    if office is None:
        pytest.skip("LibreOffice is not installed: the workbook is opened with openpyxl only")
    written(packed(Format.XLSX), tmp_path)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    # The second sheet, with the values as they are.
    how = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    words = [office, home, "--headless", "--convert-to", how, "--outdir", str(tmp_path), str(tmp_path / WORKBOOK)]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    (made,) = tmp_path.glob("*.csv")
    found = list(csv.DictReader(made.read_text(encoding="utf-8").splitlines()))
    assert {row["name"] for row in found} == {SECRET, f"{SECRET} of both", ATTACK}
    assert [row["founded_on"] for row in found if row["members_total"] == "7"] == ["2001-02-03"]


def test_what_a_network_says_that_may_not_be_handed_on_is_in_no_file(packed) -> None:
    whole, public = packed(Format.CSV), packed(Format.CSV, "tci", is_public=True)
    assert SECRET in "".join(content.decode() for content in whole.files.values())
    assert not [name for name, content in public.files.items() if SECRET in content.decode()]
    assert SECRET not in json.dumps(public.descriptor)
    found = {row["organisation_id"]: row for row in rows(public, "clusters")}
    assert [row["name"] for row in found.values()] == ["Cluster both", f"'{ATTACK}"]
    both = next(iter(found.values()))
    assert both["members_total"] == "", "tci says 9, which was not what was shown"
    assert (json.loads(both["keywords"]), json.loads(both["ecosystems"]), both["phone"]) == (["pulp"], [], "")
    assert (both["founded_on"], both["founded_precision"]) == ("", ""), "tci says the year alone"
    assert json.loads(both["networks"]) == ["tci"]
    assert {row["network"] for row in rows(public, "claims")} == {row["network"] for row in rows(public, "networks")} == {"tci"}
    assert {"changes.csv", "judgements.csv", "findings.csv", "runs.csv"}.isdisjoint(public.files)


def test_where_no_network_may_be_handed_on_nothing_of_any_is(packed) -> None:
    public = packed(Format.CSV, is_public=True)
    for name in ("clusters", "claims", "cluster_sources", "networks", "sectors", "labels"):
        assert rows(public, name) == []
    assert rows(public, "regions")
