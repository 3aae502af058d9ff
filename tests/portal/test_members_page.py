"""Member lists: looked at before anything is kept, laid without persons for the next run, hostile files refused in words."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import xlsxwriter

from portal.app import make
from portal.members import KEPT, MOST_BYTES, MOST_DRAFTS, Drafts
from portal.serving import serving
from support.commands import Ended, called
from support.made_up_clusters import NOW, MadeUp
from support.portal_options import options
from support.staff import Person, shown
from sync import inbox
from sync.cli import output, taken_in
from sync.cli.page_lists import PageLists
from sync.doctor import keeping
from sync.lock import one_run_at_a_time
from sync.places import INBOX

pytestmark = pytest.mark.xdist_group("portal")
PATH = "/en/members"
CSV = (
    "Klusternamn;Ort;Land;Antal medlemmar;Kontaktperson;E-post;Om oss;Webbplats\n"
    "Zinkklustret;Alfastad;Sverige;40;Anna Andersson;info@zink.example;Vi arbetar med zink.;https://zink.example\n"
    "Tennklustret <b>;Betala;Sverige;många;Bo Berg;bo.berg@tenn.example;=HYPERLINK(1);https://tenn.example\n"
    ";Gammaby;Sverige;3;;;;\n"
)


@pytest.fixture
def ada(own: MadeUp) -> Iterator[Person]:
    with (
        serving(make(options(own.var, members=PageLists(own.var))), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address, timeout=30) as client,
    ):
        yield Person(client, "Ada")


@pytest.fixture(scope="module")
def empty(untouched: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Where nothing comes to be kept."""
    return untouched.copied(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def eva(empty: MadeUp) -> Iterator[Person]:
    """Somebody who brings what is refused, or only looks."""
    with (
        serving(make(options(empty.var, members=PageLists(empty.var))), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address, timeout=30) as client,
    ):
        yield Person(client, "Eva")


@pytest.fixture
def command(own: MadeUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """The operator's command line on the same folder; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)
    return lambda *words: called(capsys, "--quiet", "--config", own.var.parent / "config.toml", *words)


def upload(person: Person, body: bytes, name: str = "medlemmar.csv", **fields: str) -> httpx.Response:
    data = {"token": person.token(), "network": "clusters_of_sweden", **fields}
    return person.client.post(PATH, data=data, files={"file": (name, body)})


def brought(person: Person, body: bytes = CSV.encode(), name: str = "medlemmar.csv") -> str:
    answer = upload(person, body, name)
    assert answer.status_code == 303, shown(answer.text)
    return answer.headers["location"]


@pytest.mark.thorough
def test_a_list_is_shown_column_by_column_with_what_is_odd_and_nothing_is_kept(eva: Person, empty: MadeUp) -> None:
    path = brought(eva)
    page = eva.get(path).text
    said = shown(page)
    assert "What medlemmar.csv is taken for" in said
    assert "2 organisations · Clusters of Sweden" in said
    columns = {one["heading"]: one for one in eva.data(path)["preview"]["columns"]}
    assert (columns["Klusternamn"]["field"], columns["Ort"]["field"]) == ("name", "city")
    assert (columns["Kontaktperson"]["use"], columns["Kontaktperson"]["samples"]) == ("persons", [])
    assert "names persons: neither shown nor kept" in said
    for person in ("Anna", "Bo Berg", "bo.berg"):
        assert person not in page
    assert "row without a name : wanted a name in row 4" in said
    assert "found and removed 1" in said
    assert "Zinkklustret" in said
    assert "<b>;" not in page
    assert "Tennklustret <b>" in said
    assert not (empty.var / INBOX).exists()
    assert "&amp;#39;" not in page
    assert "Så tolkas medlemmar.csv" in shown(eva.get(path.replace("/en/", "/sv/")).text)


ODD = (
    "Klusternamn;Ort;Land;Antal medlemmar\n"
    + "".join(f"Kluster {letter};Alfastad;Sverige;4\n" for letter in "ABCDEFG")
    + "Kluster H;Betala;Sverige;många\nKluster A;Alfastad;Sverige;4\nKluster B;Gammaby;Sverige;4\nKluster I;Ort;Atlantis;5\n"
)
"""What is odd stands behind the first five, one row is there twice, and one key has two rows that differ."""


@pytest.mark.thorough
def test_the_page_tells_all_that_the_command_line_tells_of_the_same_list(
    ada: Person, own: MadeUp, command: Callable[..., Ended], tmp_path: Path
) -> None:
    file = tmp_path / "udda.csv"
    file.write_text(ODD, encoding="utf-8")
    [told] = command("import", "clusters-of-sweden", str(file), "--preview", "--json").json
    path = brought(ada, ODD.encode(), "udda.csv")
    seen = ada.data(path)["preview"]
    assert [(one["kind"], one["because"]) for one in told["findings"]] == [
        (one["kind"], one["because"]) for one in seen["problems"] for _ in range(one["times"])
    ]
    kinds = {one["kind"] for one in seen["problems"]}
    assert kinds == {"row repeated", "row repeats a key", "not a count", "unknown word"}
    assert (told["organisations"], told["rows"]) == (seen["organisations"], seen["rows"]) == (9, 11)
    assert "9 organisations (from 11 rows)" in shown(ada.get(path).text)
    assert "9 organisations from 11 rows" in command("import", "clusters-of-sweden", str(file), "--preview").out
    [done] = [command("import", "clusters-of-sweden", str(file), "--additional", "--json").json]
    assert done["records"] == told["organisations"]
    assert {one["kind"] for one in done["findings"]} >= kinds


def test_a_swedish_page_says_in_swedish_what_is_odd_and_how_columns_were_taken(eva: Person) -> None:
    page = shown(eva.get(brought(eva, ODD.encode(), "udda.csv").replace("/en/", "/sv/")).text)
    assert "9 organisationer (av 11 rader) · Clusters of Sweden · semikolon, UTF-8" in page
    assert "inget antal : ett heltal väntades, men det står ”många”" in page
    assert "upprepad rad : rad 2 och rad 10 har båda nyckeln ”kluster-a” och säger samma sak; de räknas en gång" in page
    assert "rad 3 och rad 11 har båda nyckeln ”kluster-b” men säger olika saker; den första behålls" in page
    assert "vanliga rubriker" in page
    assert not re.search(r"wanted|found|heading|rows? \d", page)
    data = {"token": eva.token(), "network": "clusters_of_sweden"}
    refused = eva.client.post("/sv/members", data=data, files={"file": ("a.pdf", b"%PDF-1.7")})
    assert "filen är en PDF, inte CSV eller XLSX; öppna den" in shown(refused.text)


def test_other_columns_are_looked_at_before_they_are_laid(eva: Person, empty: MadeUp) -> None:
    path = brought(eva)
    place = next(n for n, one in enumerate(eva.data(path)["preview"]["columns"]) if one["heading"] == "Ort")
    hasty = eva.send(path, do="lay", **{f"column-{place}": "region"})
    assert hasty.status_code == 409
    assert "You chose other columns." in shown(hasty.text)
    assert inbox.waiting(empty.var) == []
    assert eva.data(path)["preview"]["columns"][place]["field"] == "region"
    assert eva.send(path, do="look", **{f"column-{place}": "-"}).headers["location"] == path
    assert eva.data(path)["preview"]["columns"][place]["use"] == "set aside"
    nameless = eva.send(path, do="look", **{"column-0": "-"})
    assert nameless.status_code == 303
    assert "wanted a row of headings with one for the name" in shown(eva.get(path).text)
    for wrong in ({"do": "look", "column-0": "explode"}, {"do": "explode"}, {}):
        assert eva.send(path, **wrong).status_code == 400


def test_a_list_that_was_laid_holds_no_person_waits_and_is_taken_in_once(
    ada: Person, own: MadeUp, command: Callable[..., Ended]
) -> None:
    path = brought(ada)
    assert ada.send(path, do="lay", whole="no").headers["location"] == PATH
    page = shown(ada.get(PATH).text)
    assert ada.get(path).status_code == 404, "the draft is forgotten"
    assert "medlemmar.csv is in the inbox. The next run takes it in." in page
    assert "medlemmar.csv Clusters of Sweden Only a part Ada, 29 Nov 2026" in page
    laid = b"".join(file.read_bytes() for file in (own.var / INBOX).rglob("*") if file.is_file())
    for person in (b"Anna", b"Bo Berg", b"bo.berg"):
        assert person not in laid
    assert ada.data(PATH)["waiting"][0]["name"] == "medlemmar.csv"
    [done] = command("import", "--inbox", "--json").json
    assert (done["records"], done["records_new"], done["by"], done["is_whole"]) == (2, 2, "Ada", False)
    assert not list((own.var / INBOX).iterdir())
    assert {one["name"] for one in ada.client.get("/en/clusters.json?q=zinkklustret").json()["results"]} == {"Zinkklustret"}
    assert "no list waits" in command("import", "--inbox").out


def test_of_two_who_bring_a_list_the_second_sees_the_first(ada: Person, own: MadeUp) -> None:
    with httpx.Client(base_url=ada.client.base_url) as client:
        bo = Person(client, "Bo")
        first, second = brought(ada), brought(bo)
        assert bo.get(first).status_code == ada.get(second).status_code == 404, "nobody sees another's file"
        assert ada.send(first, do="lay", whole="yes").status_code == 303
        assert "A list of this network waits already: medlemmar.csv, laid by Ada" in shown(bo.get(second).text)
        assert bo.send(second, do="drop").headers["location"] == PATH
    assert [one.by for one in inbox.waiting(own.var)] == ["Ada"]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/sharedStrings.xml", b"\0" * 60_000_000)
    assert len(file.getvalue()) < MOST_BYTES
    return file.getvalue()


def workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Members")
        for row, cells in enumerate([("Name", "Country", "Website"), ("Zinc Cluster", "Sweden", "=cmd|' /C calc'!A0")]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
        sheet.write_formula(1, 3, '=HYPERLINK("http://evil.example","x")')
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"%PDF-1.7 x", "found a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "zero bytes"),
        (b"<html><table><tr><td>Namn</td></tr></table>", "found a page of markup"),
        (b"PK\x03\x04 nonsense", "damaged archive"),
        (b"a;b\n1;2\n", "a row of headings with one for the name"),
        (b"", "Choose a file first"),
        (b"Namn\n" + b"x" * MOST_BYTES, "larger than 1 MB"),
    ],
    ids=["pdf", "picture", "page", "damaged", "no name", "empty", "too large"],
)
def test_what_is_no_list_is_refused_in_words(eva: Person, empty: MadeUp, body: bytes, said: str) -> None:
    answer = upload(eva, body)
    assert answer.status_code == 400
    assert said in shown(answer.text)
    assert not (empty.var / INBOX).exists()


def test_a_bomb_is_refused_before_it_bursts_and_formulas_are_texts(eva: Person) -> None:
    answer = upload(eva, bomb(), "list.xlsx")
    assert answer.status_code == 400
    assert "bytes unpacked, found more" in shown(answer.text)
    page = eva.get(brought(eva, workbook(), "..\\..\\C:\\members<script>.xlsx")).text
    assert "members<script>.xlsx" in shown(page)
    assert "<script>." not in page
    assert "Zinc Cluster" in shown(page)
    assert 'href="http://evil.example' not in page


def test_ten_megabytes_are_refused_in_words_once_all_was_sent(eva: Person) -> None:
    answer = upload(eva, b"Namn\n" + b"x" * 10_000_000)
    assert answer.status_code == 413
    assert "Nothing was kept" in answer.text
    assert eva.get(PATH).status_code == 200


def test_files_are_taken_where_a_page_takes_them_and_forms_stay_what_they_were(eva: Person, empty: MadeUp) -> None:
    token = eva.token()
    file = {"file": ("a.csv", CSV.encode())}
    assert eva.client.post("/en/shortlists", data={"token": token, "name": "A"}, files=file).status_code == 415
    assert eva.client.post(PATH, data={"token": "x", "network": "eccp"}, files=file).status_code == 403
    assert eva.client.post(PATH, data={"network": "eccp"}, files=file).status_code == 403
    strange = {"token": token, "network": "../../etc"}
    assert eva.client.post(PATH, data=strange, files=file).status_code == 400
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert eva.client.post(PATH, content=b"--y\r\nnonsense", headers=broken).status_code in (400, 403)
    many = {f"field{n}": "x" for n in range(40)}
    assert eva.client.post(PATH, data={"token": token, **many}, files=file).status_code == 400
    with serving(make(options(empty.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as closed:
        page = shown(closed.get(PATH).text)
        assert "Lists cannot be brought in here" in page
        assert "they take in a first list with clusterbridge import clusters_of_sweden LIST.csv" in page
        person = Person(closed)
        assert upload(person, CSV.encode()).status_code == 404


@pytest.mark.parametrize(
    ("language", "marked", "organisations"),
    [("en", "made-up", "3 organisations"), ("sv", "påhittat exempel", "3 organisationer")],
)
def test_there_is_an_example_file_that_can_be_looked_at_and_says_that_it_is_made_up(
    eva: Person, language: str, marked: str, organisations: str
) -> None:
    assert 'href="/en/members/example.csv"' in eva.get(PATH).text
    answer = eva.client.get(f"/{language}/members/example.csv")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert all(marked in " ".join(row).casefold() for row in rows[1:])
    sites = [cell for row in rows[1:] for cell in row if "@" in cell or "://" in cell]
    assert all(cell.endswith(".example") for cell in sites), "addresses that lead nowhere"
    path = brought(eva, answer.content, "example.csv")
    preview = eva.data(path)["preview"]
    assert {one["use"] for one in preview["columns"]} == {"read", "persons"}, "every column is understood"
    assert preview["problems"], "it shows what is odd"
    page = shown(eva.get(path.replace("/en/", f"/{language}/")).text)
    assert organisations in page
    assert rows[1][4] not in page, "persons are not shown"


def test_in_the_demonstration_a_list_can_be_looked_at_and_none_is_kept(own: MadeUp) -> None:
    asked = options(own.var, members=PageLists(own.var), is_demo=lambda path: path.is_relative_to(own.editions.resolve()))
    with serving(make(asked), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address, timeout=30) as client:
        ada = Person(client, "Ada")
        page = shown(ada.get(PATH).text)
        assert "This is the demonstration: a list can be looked at here, but none is kept." in page
        assert "they take in a first list with clusterbridge import clusters_of_sweden LIST.csv" in page
        path = brought(ada, ada.client.get("/en/members/example.csv").content)
        page = ada.get(path).text
        assert "Made-up paper" in shown(page)
        assert 'value="lay"' not in page
        assert 'value="look"' in page
        assert "Det här är demonstrationen" in shown(ada.get(path.replace("/en/", "/sv/")).text)
        assert ada.send(path, do="lay", whole="no").status_code == 409
        assert not (own.var / INBOX).exists()
        assert ada.send(path, do="drop").headers["location"] == PATH


def test_drafts_are_one_a_session_few_in_all_and_forgotten() -> None:
    drafts = Drafts()
    first = drafts.put("ada", "eccp", "a", b"a", NOW)
    second = drafts.put("ada", "eccp", "b", b"b", NOW)
    assert drafts.get(first.token, "ada", NOW) is None
    assert drafts.get(second.token, "ada", NOW) == second
    assert drafts.get(second.token, "bo", NOW) is None
    assert drafts.get(second.token, "ada", NOW + KEPT) is None
    for number in range(MOST_DRAFTS):
        drafts.put(f"someone {number}", "eccp", "c", b"c", NOW)
    assert drafts.get(second.token, "ada", NOW) is None
    assert b"a list" not in repr(drafts.put("ada", "eccp", "a", b"a list", NOW)).encode()


def test_a_list_that_cannot_be_taken_in_is_set_aside_and_doctor_says_so(
    own: MadeUp, command: Callable[..., Ended], ada: Person
) -> None:
    ada.send(brought(ada), do="lay", whole="no")
    [laid] = inbox.waiting(own.var)
    said = json.loads((laid.folder / inbox.SAID).read_text())
    (laid.folder / inbox.SAID).write_text(json.dumps({**said, "network": "nowhere"}))
    checks = {one.what: one.found for one in keeping.examine(own.var, NOW + timedelta(days=3))}
    assert checks["inbox"] == "1 lists that staff brought wait, the oldest for 3 days"
    ended = command("import", "--inbox")
    assert ended.code == 4
    assert "not taken in, and set aside" in ended.out
    assert inbox.waiting(own.var) == []
    [aside] = inbox.refused(own.var)
    assert (aside / inbox.LIST).exists()
    checks = {one.what: one.found for one in keeping.examine(own.var, NOW)}
    assert checks["inbox"] == "1 lists that staff brought could not be taken in"


def test_what_is_kept_out_does_not_lie_in_the_inbox_whenever_it_was_asked_for(
    ada: Person, own: MadeUp, command: Callable[..., Ended]
) -> None:
    signed = ("--by", "Eva", "--because", "they asked")
    named = ("--country", "SE", *signed)
    assert command("privacy", "suppress", "Zinkklustret", *named).code == 0
    ada.send(brought(ada), do="lay", whole="no")
    [laid] = inbox.waiting(own.var)
    assert "Zinkklustret" not in (laid.folder / inbox.LIST).read_text()
    assert "Tennklustret" in (laid.folder / inbox.LIST).read_text()
    assert command("privacy", "suppress", "Tennklustret <b>", *named).code == 0
    assert "Tennklustret" not in (laid.folder / inbox.LIST).read_text()


def test_a_damaged_note_beside_a_list_stops_nobody(ada: Person, own: MadeUp, command: Callable[..., Ended]) -> None:
    ada.send(brought(ada), do="lay", whole="no")
    [laid] = inbox.waiting(own.var)
    (laid.folder / inbox.SAID).write_text("{nonsense")
    assert ada.get(PATH).status_code == 200
    assert command("sync").code == 7
    assert inbox.refused(own.var) == [laid.folder]


def test_while_a_run_goes_on_lists_are_laid_and_wait(ada: Person, own: MadeUp, command: Callable[..., Ended]) -> None:
    with one_run_at_a_time(own.var, NOW):
        assert ada.send(brought(ada), do="lay", whole="no").status_code == 303
        assert command("import", "--inbox").code == 6
    assert len(inbox.waiting(own.var)) == 1


@pytest.mark.thorough
def test_a_run_takes_in_what_waits_before_it_reads_and_no_list_costs_the_night(
    ada: Person, own: MadeUp, command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.send(brought(ada), do="lay", whole="no")
    monkeypatch.setattr(inbox.importing, "run", lambda *_given, **_named: 1 / 0)
    assert command("sync").code == 7, "no network may be read, and that is all that is wrong"
    assert len(inbox.waiting(own.var)) == 1
    monkeypatch.undo()
    assert command("sync").code == 7
    assert inbox.waiting(own.var) == []
    assert "Zinkklustret" in command("search", "Zinkklustret").out


def test_the_inbox_is_asked_for_alone(command: Callable[..., Ended], tmp_path: Path) -> None:
    assert command("import", "--inbox", "eccp").code == command("import").code == command("import", "eccp").code == 2
    assert re.search("wanted PATH: clusterbridge import NETWORK PATH", command("import", "eccp").err)
    assert taken_in.__doc__
