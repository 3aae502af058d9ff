"""Where everything comes from: networks, programmes, vocabularies, and what every column means."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors import registry
from matching.partners.programmes import programmes
from portal.app import make
from portal.hostile import is_replica, outside
from portal.options import Permitted
from portal.pages.sources import KNOWN_NETWORKS, terms
from portal.serving import serving
from portal.tongue import Tongue, catalogue
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.staff import shown
from sync.places import STATE
from warehouse import ledger
from warehouse.connection import Connection
from warehouse.origins import vocabularies
from warehouse.state import State
from warehouse.vocabulary import SCHEMES, data_rows

TONGUE = Tongue("sv", ZoneInfo("Europe/Stockholm"))
pytestmark = pytest.mark.xdist_group("portal")


def test_a_network_is_told_with_what_it_is_when_it_was_read_and_what_it_lists(visitor: httpx.Client, con: Connection) -> None:
    data = visitor.get("/en/sources.json").json()
    found = {one["origin"]["network"]: one["origin"] for one in data["networks"]}
    for network, origin in found.items():
        sql = "SELECT count(*), count(DISTINCT organisation_id) FROM cluster_sources WHERE network = ? AND NOT is_gone"
        [counts] = con.execute(sql, [network]).fetchall()
        assert (origin["records"], origin["organisations"]) == counts
    assert found["eccp"]["last_good_at"].startswith("2026-11-24T03:15:00")
    page = shown(visitor.get("/sv/sources").text)
    assert "Europeiska unionens plattform för klusterorganisationer" in page
    assert "24 nov. 2026 04:15: fullständigt" in page
    assert "Inget tillstånd är inskrivet i konfigurationen" in page


def test_a_network_that_was_played_on_this_machine_is_told_by_its_address_which_is_no_link(own: MadeUp) -> None:
    home = "http://127.0.0.1:8803"
    with State.open(own.var / STATE) as state:
        ledger.describe(state, "tci", title="TCI Network", home=home, licence="invented")
    own.publish()
    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        page = httpx.get(f"{server.address}/en/sources").text
    assert f"TCI Network {home}, a page of the demonstration" in shown(page)
    assert f'href="{home}' not in page


@pytest.mark.parametrize("address", ["http://127.0.0.1:8801/a", "http://localhost/", "http://[::1]:80/"])
def test_addresses_of_this_machine_lead_nowhere(address: str) -> None:
    assert (outside(address), is_replica(address)) == (None, True)


@pytest.mark.parametrize("address", ["https://northwood.example/", "http://127.0.0.1.example/"])
def test_other_addresses_lead_out(address: str) -> None:
    assert (outside(address), is_replica(address)) == (address, False)


@pytest.mark.parametrize("address", [None, "", "javascript:alert(1)", "//127.0.0.1"])
def test_what_is_no_address_of_the_web_is_neither(address: str | None) -> None:
    assert (outside(address), is_replica(address)) == (None, False)


def test_the_terms_of_a_network_are_told_in_the_readers_language_and_say_what_its_file_says(visitor: httpx.Client) -> None:
    for network in KNOWN_NETWORKS:
        licence = registry.network(network).facts.licence
        assert catalogue("en")[f"network.terms.{network}"] == (licence,)
        assert terms(TONGUE, network, licence) == catalogue("sv")[f"network.terms.{network}"][0]
        assert terms(TONGUE, network, "Terms that changed") == "Terms that changed"
    assert "Villkor invented" in shown(visitor.get("/sv/sources").text), "what an edition says is kept"


def test_swedish_pages_tell_the_terms_in_swedish(own: MadeUp) -> None:
    with State.open(own.var / STATE) as state:
        facts = registry.network("tci").facts
        ledger.describe(state, "tci", title=facts.title, home=facts.home, licence=facts.licence)
    own.publish()
    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        page = shown(httpx.get(f"{server.address}/sv/sources", trust_env=False).text)
    assert "Villkor Användningsvillkoren är inte kända: fakta och ett kort utdrag med länk" in page


def test_the_permission_of_the_configuration_is_told_escaped(own: MadeUp) -> None:
    given = {"eccp": Permitted("agreed <b>by mail</b>", date(2026, 11, 20), date(2027, 11, 20))}
    with serving(make(options(own.var, permissions=given)), "127.0.0.1", 0) as server:
        page = httpx.get(f"{server.address}/en/sources", trust_env=False).text
    assert "agreed &lt;b&gt;by mail&lt;/b&gt;" in page
    assert "Read on 20 Nov 2026. Holds until 20 Nov 2027." in shown(page)


def test_what_was_not_read_at_its_source_is_marked_with_its_file_and_day(visitor: httpx.Client) -> None:
    data = visitor.get("/en/sources.json").json()
    assert {one["id"] for one in data["programmes"]} == programmes().keys()
    page = shown(visitor.get("/en/sources").text)
    for one in [*data["programmes"], *data["vocabularies"]]:
        assert one["file"] in page
        assert one["checked_on"]
    rows = data_rows("sectors")
    sectors = next(one for one in data["vocabularies"] if one["name"] == "sectors")
    assert sectors["words"] == len(rows)
    assert sectors["statuses"]["INFERRED"] == sum(row["status"] == "INFERRED" for row in rows)
    assert f"{sectors['statuses']['INFERRED']} inferred" in page


def test_every_vocabulary_says_when_it_was_gone_through() -> None:
    assert [one.name for one in vocabularies()] == list(SCHEMES.values())
    assert all(set(one.statuses) <= {"SEEN", "INFERRED", "RECALLED", "OURS"} for one in vocabularies())


def test_the_data_dictionary_is_the_editions_own(visitor: httpx.Client, con: Connection) -> None:
    tables = visitor.get("/en/sources.json").json()["data_dictionary"]
    found = [(table["name"], None, table["about"]) for table in tables]
    found += [(table["name"], column["name"], column["about"]) for table in tables for column in table["columns"]]
    assert sorted(found, key=str) == sorted(
        con.execute("SELECT table_name, column_name, about FROM data_dictionary").fetchall(), key=str
    )
    units = {(table["name"], column["name"]): column["unit"] for table in tables for column in table["columns"]}
    assert (
        units["regions", "latitude"]
        == con.execute("SELECT unit FROM data_dictionary WHERE table_name = 'regions' AND column_name = 'latitude'").fetchall()[
            0
        ][0]
    )
    page = visitor.get("/sv/sources").text
    assert page.count('<details class="more table"') == len(tables)
