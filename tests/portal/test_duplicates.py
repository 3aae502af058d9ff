"""The same or not: what is in doubt with its evidence, judged by signed people, undone, and never one over the other."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from matching.sameness.likeness import Likeness
from portal.app import make
from portal.evidence import KEYS, clause, worded
from portal.options import Options
from portal.serving import serving
from portal.tongue import Tongue
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp, doubtful, newcomer
from support.portal_options import options
from support.staff import Person, shown
from sync.places import DESK
from warehouse import decided
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.doubts import Reason
from warehouse.rows import Verdict

pytestmark = pytest.mark.xdist_group("portal")

THIRD_NIGHT = SECOND_NIGHT + timedelta(days=1)
NIGHT = (doubtful("Cedar", "DE"), doubtful("Birch", "FI"), newcomer("Cedar Cluster <b>Kids</b>", "tci", country="DE"))
CEDAR = {"left": "eccp/cedar", "right": "tci/cedar-cluster-association"}
BIRCH = {"left": "eccp/birch", "right": "tci/birch-cluster-association"}
PATH = "/en/duplicates"
ECCP, TCI = "European Cluster Collaboration Platform", "TCI Network"


@pytest.fixture(scope="module")
def doubted(untouched: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Nobody writes here: it is copied."""
    made = untouched.copied(tmp_path_factory.mktemp("doubted"))
    made.play(*NIGHT, now=THIRD_NIGHT)
    return made


@pytest.fixture
def made(doubted: MadeUp, tmp_path) -> MadeUp:
    return doubted.copied(tmp_path)


@pytest.fixture
def ada(made: MadeUp) -> Iterator[Person]:
    with serving(make(_keeping_out(made)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        yield Person(client, "Ada")


@pytest.fixture(scope="module")
def eva(doubted: MadeUp) -> Iterator[Person]:
    """Somebody who only sends what is refused."""
    with serving(make(_keeping_out(doubted)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        yield Person(client, "Eva")


def _keeping_out(made: MadeUp) -> Options:
    return options(made.var, is_kept_out=lambda _desk, side: side.record.source_key == "cedar-cluster-<b>kids</b>")


@pytest.fixture
def bo(ada: Person) -> Iterator[Person]:
    with httpx.Client(base_url=ada.client.base_url) as client:
        yield Person(client, "Bo")


def standing(made: MadeUp) -> list[tuple[str, str, str]]:
    with Desk.open(made.var / DESK) as desk:
        return [(one.decided_by, one.verdict.value, one.because) for one in decided.standing(desk)]


def test_what_is_in_doubt_stands_with_both_sides_and_what_speaks_for_and_against(ada: Person) -> None:
    page = ada.get(PATH).text
    assert "2 pairs in doubt" in shown(page)
    found = ada.data(PATH)["pairs"]
    assert [one["probability"] for one in found] == sorted((one["probability"] for one in found), reverse=True)
    assert {one["left"]["record"] for one in found} == {"eccp/cedar", "eccp/birch"}
    assert "Cedar Cluster Association" in shown(page)
    assert "−1.5 different websites" in shown(page)
    assert "&amp;#39;" not in page
    swedish = shown(ada.get("/sv/duplicates").text)
    assert "−1,5 olika webbplatser" in swedish
    assert "different websites" not in swedish


def test_a_record_that_is_no_longer_listed_is_said_to_be_so(ada: Person, made: MadeUp) -> None:
    for nights in (1, 2):
        made.play(NIGHT[1], now=THIRD_NIGHT + timedelta(days=nights))
    sides = [one[side] for one in ada.data(PATH)["pairs"] for side in ("left", "right")]
    assert {one["record"]: one["is_gone"] for one in sides} == {
        **dict.fromkeys(("eccp/cedar", "eccp/birch", BIRCH["right"]), False),
        CEDAR["right"]: True,
    }
    assert shown(ada.get(PATH).text).count("No longer listed") == 1
    assert shown(ada.get("/sv/duplicates").text).count("Finns inte längre med") == 1


def test_a_judgement_is_signed_waits_for_the_next_run_is_carried_out_and_undone(ada: Person, made: MadeUp) -> None:
    answer = ada.send(PATH, do="same", because="one <i>board", **CEDAR)
    assert answer.headers["location"] == PATH
    page = ada.get(PATH).text
    assert "Written: Cedar Cluster and Cedar Cluster Association are one organisation. The next run carries it out." in shown(
        page
    )
    assert "1 pair in doubt · 1 more was judged and waits for the next run" in shown(page)
    assert "one <i>board Ada, 29 Nov 2026 waits for the next run Undo" in shown(page)
    assert "<i>board" not in page
    assert standing(made) == [("Ada", "same", "one <i>board")]
    made.judge_anew(THIRD_NIGHT + timedelta(hours=1))
    [judged] = ada.data(PATH)["judged_lately"]
    assert judged["outcome"] == "carried out"
    assert ada.send(PATH, do=f"undo:{judged['number']}").status_code == 303
    page = shown(ada.get(PATH).text)
    assert "the pair Cedar Cluster and Cedar Cluster is the machine's again" in page
    assert standing(made) == []


def test_of_two_who_say_the_opposite_the_second_is_told_who_the_first_was_and_may_undo_it(
    ada: Person, bo: Person, made: MadeUp
) -> None:
    assert ada.send(PATH, do="same", because="one board", **CEDAR).status_code == 303
    answer = bo.send(PATH, do="different", because="two boards", **CEDAR)
    assert answer.status_code == 409
    said = shown(answer.text)
    assert "Somebody judged the opposite before you" in said
    assert "are one organisation, judged by Ada on 29 Nov 2026. one board Undo" in said
    assert standing(made) == [("Ada", "same", "one board")]
    again = bo.send(PATH, do="same", because="rang them", **CEDAR)
    assert again.status_code == 200
    assert "Somebody judged the same before you" in shown(again.text)
    [judged] = bo.data(PATH)["judged_lately"]
    assert bo.send(PATH, do=f"undo:{judged['number']}").status_code == 303
    late = ada.send(PATH, do=f"undo:{judged['number']}")
    assert late.status_code == 409
    assert "Somebody else has just undone it" in shown(late.text)
    assert bo.send(PATH, do="different", because="two boards", **CEDAR).status_code == 303


def test_of_two_at_the_very_same_moment_one_is_written_and_both_are_answered(ada: Person, bo: Person, made: MadeUp) -> None:
    answers: dict[str, httpx.Response] = {}
    both = [(ada, "same", ada.token()), (bo, "different", bo.token())]

    def judge(person: Person, do: str, token: str) -> None:
        fields = {"token": token, "do": do, "because": "I know", "by": person.name, **CEDAR}
        answers[person.name] = person.client.post(PATH, data=fields)

    threads = [threading.Thread(target=judge, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
    assert len(standing(made)) == 1


def test_what_other_judgements_forbid_is_said_and_what_people_joined_is_not_parted(ada: Person, made: MadeUp) -> None:
    cedar, association = RecordKey("eccp", "cedar"), RecordKey("tci", "cedar-cluster-association")
    other = RecordKey("eccp", "isle")
    with Desk.open(made.var / DESK) as desk:
        decided.decide(desk, cedar, other, Verdict.SAME, by="Eva", because="one board", at=NOW)
        decided.decide(desk, association, other, Verdict.DIFFERENT, by="Eva", because="two boards", at=NOW)
    answer = ada.send(PATH, do="same", because="alike", **CEDAR)
    assert answer.status_code == 200
    assert "Written, and refused: it joins nothing as long as these judgements stand." in shown(answer.text)
    said = f"Isle Cluster ( {ECCP} ) and Cedar Cluster Association ( {TCI} ) are two organisations, judged by Eva"
    assert said in shown(answer.text)
    assert "refused: another judgement forbids it" in shown(ada.get(PATH).text)
    parting = ada.send(PATH, do="different", because="no", left="eccp/cedar", right="eccp/isle")
    assert parting.status_code == 409
    assert "Somebody judged the opposite before you" in shown(parting.text)
    made.judge_anew(THIRD_NIGHT + timedelta(hours=1))
    lately = ada.data(PATH)["judged_lately"]
    assert [one["outcome"].partition(":")[0] for one in lately] == ["refused", "carried out", "carried out"]
    [apart] = [one for one in lately if one["verdict"] == "different"]
    assert ada.send(PATH, do=f"undo:{apart['number']}").status_code == 200  # it tells what that lets be carried out
    lately = ada.data(PATH)["judged_lately"]
    assert sorted(one["outcome"] for one in lately) == ["carried out", "waits for the next run", "withdrawn"]


def test_without_a_name_the_staff_signs_and_the_page_says_so(ada: Person, made: MadeUp) -> None:
    assert "else with “staff”" in shown(ada.get(PATH).text)
    ada.name = ""
    assert ada.send(PATH, do="different", because="two boards", **BIRCH).status_code == 303
    assert standing(made) == [("staff", "different", "two boards")]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "same", "because": " "}, 400),
        ({"do": "same", "because": "x" * 501}, 400),
        ({"do": "same", "because": "x", "by": "machine 7"}, 400),
        ({"do": "same", "because": "x", "left": "eccp"}, 400),
        ({"do": "same", "because": "x", "left": "eccp/nobody"}, 409),
        ({"do": "same", "because": "x", "left": CEDAR["right"]}, 409),
        ({"do": "same", "because": "x", "left": "tci/cedar-cluster-<b>kids</b>"}, 409),
        ({"do": "unsure", "because": "x"}, 400),
        ({"do": "undo:99"}, 409),
        ({"do": "undo:' OR 1=1"}, 409),
        ({"do": "withdraw"}, 409),
        ({"do": ""}, 400),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words_and_writes_nothing(
    eva: Person, doubted: MadeUp, fields: dict[str, str], status: int
) -> None:
    answer = eva.send(PATH, **{**CEDAR, **fields})
    assert answer.status_code == status
    assert "fault" not in answer.text.lower()
    assert standing(doubted) == []


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_clause_of_the_machine_is_said_in_the_readers_language_and_unknown_ones_as_they_are(language: str) -> None:
    tongue = Tongue(language, ZoneInfo("Europe/Stockholm"))
    for said in KEYS:
        told = clause(tongue, Reason("name", 1.0, "a", "b", said))
        assert "&" not in told
        # The machine's clause stays as it is kept in data; pages say it in plainer words.
        assert (told == said) is (language == "en" and said != Likeness.SHORT), said
    assert clause(tongue, Reason("founded", 1.0, "a", "b", "founded 12 years apart")) in (
        "founded 12 years apart", "grundade med 12 års mellanrum"
    )  # fmt: skip
    assert clause(tongue, Reason("name", 1.0, "a", "b", "a new clause")) == "a new clause"


@pytest.mark.parametrize(
    ("because", "value", "told"),
    [
        ("the same country", "IT", "Italien"),
        ("different countries", "AT", "Österrike"),
        ("founded on the same day", "2010-02-21", "21 feb. 2010"),
        ("founded on the same day", "2010-02-31", "2010-02-31"),
        ("founded in the same year", "2010-01-01", "2010"),
        ("the same region", "SE31", "Norra Mellansverige (SE31)"),
        ("different regions", "ES51", "ES51"),
        ("bodies of different kinds", "research", "Forskningsorganisation"),
        ("bodies of different kinds", "host", "en som är värd för andra"),
        ("the same name", "IT", "IT"),
        ("the same city", "Bologna", "Bologna"),
    ],
)
def test_countries_and_days_of_the_evidence_are_written_as_elsewhere(because: str, value: str, told: str) -> None:
    assert because in KEYS
    regions = {"SE31": "Norra Mellansverige (SE31)"}
    tongue = Tongue("sv", ZoneInfo("Europe/Stockholm"))
    assert worded(tongue, Reason("any", 1.0, value, value, because), value, lambda code: regions.get(code, code)) == told


@pytest.mark.thorough
def test_staff_read_of_records_by_their_names_and_networks_and_of_no_keys_and_no_commands(ada: Person, made: MadeUp) -> None:
    with Desk.open(made.var / DESK) as desk:
        decided.decide(
            desk, RecordKey("eccp", "cedar"), RecordKey("tci", "left-us"), Verdict.DIFFERENT, by="staff", because="no", at=NOW
        )
    made.judge_anew(THIRD_NIGHT + timedelta(hours=1))
    for language, staff, unknown in (
        ("en", "staff, 29 Nov 2026", "a record that is not there, left-us"),
        ("sv", "personalen, 29 nov. 2026", "en post som inte finns, left-us"),
    ):
        page = ada.get(f"/{language}/duplicates").text
        told = shown(page)
        assert "clusterbridge judge" not in told
        assert "eccp/" not in told
        assert "tci/" not in told
        assert staff in told
        assert f"Cedar Cluster {ECCP} {unknown} {TCI}" in told
    link = r'<a class="out" href="[^"]+/cedar-cluster-association" rel="noopener noreferrer nofollow">'
    assert re.search(link, page), "the record's page at its network"
