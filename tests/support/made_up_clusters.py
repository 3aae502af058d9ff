"""Made-up cluster organisations and an edition of them, for the tests of the staff page: quick to make, and full of traps."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from connectors import registry
from support.small_state import record
from sync.clock import FrozenClock
from sync.journal import journal
from sync.places import EDITIONS, STATE
from sync.publishing import publish_anew
from sync.settings import Settings, load_settings
from warehouse import editions, ledger
from warehouse.load import load
from warehouse.rows import NetworkRun, Outcome, RecordInput
from warehouse.state import State

FIRST_NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
FORMER = 9_001
"""A number that leads to Northwood Alliance since it was merged."""
LONG_NAME = "Ω" + "lång" * 2_500
ATTACKS = {
    "script": "<script>document.title='taken'</script> Cluster",
    "image": '"><img src=x onerror=document.title=1> Cluster',
    "template": "{{ 7*7 }} {% raw %} ${7*7} Cluster",
    "formula": '=HYPERLINK("http://evil.example";"click") Cluster',
    "right-to-left": "Gold \N{RIGHT-TO-LEFT OVERRIDE}retsulC\N{ZERO WIDTH SPACE} Cluster",
    "long": LONG_NAME,
}
"""Names that strangers wrote, by their keys."""

_FIELDS = (
    ("Energy-renewables", "Environmental Services", "Hydrogen storage"),
    ("Agri-food", "Food Processing and Manufacturing", "Fermentation"),
    ("Digital", "Information Technology and Analytical Instruments", "Photonics"),
    ("Health", "Medical Devices", "Diagnostics"),
)
_COUNTRIES = ("SE", "FI", "DE", "NO", "EE", "ES")
_PLACES = {"SE": "Alfastad", "FI": "Betala", "DE": "Gammaburg", "NO": "Deltavik", "EE": "Epsila", "ES": "Zetamar"}
_REGIONS = {"SE": "SE31", "FI": "FI19", "DE": "DE11", "NO": "NO08", "EE": "EE00", "ES": "ES21"}
NAMES = (
    "Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Granite", "Harbour", "Isle", "Juniper", "Kelp", "Larch", "Meadow",
    "Nimbus", "Otter", "Pine", "Quartz", "Reef", "Spruce", "Tundra", "Umber", "Vale", "Willow", "Yarrow",
)  # fmt: skip
PARTNERSHIPS = (
    ("Amber Cluster", "Birch Cluster", "Forest Futures", 2021),
    ("Northwood Alliance", "Isle Cluster", "Green Grid", 2019),
    ("Amber Cluster", "Isle Cluster", "Green Grid", 2019),
    ("Dune Cluster", "Isle Cluster", "North by Night", 2023),
)
"""Who was whose partner, in what, since when."""
_PARTNERSHIP = """
    INSERT INTO known_partnerships BY NAME
    SELECT
        home.organisation_id AS organisation_id, partner.organisation_id AS partner_id, 'Interreg' AS programme,
        $partnership AS partnership, $year AS year, ['https://partnerships.example/page'] AS source_urls, 'one' AS fold
    FROM clusters AS home, clusters AS partner
    WHERE home.name = $home AND partner.name = $partner
"""


@dataclass(frozen=True)
class MadeUp:
    """A folder with a state and an edition of made-up organisations."""

    var: Path
    settings: Settings

    @property
    def editions(self) -> Path:
        """The folder of its editions."""
        return self.var / EDITIONS

    def copied(self, folder: Path) -> MadeUp:
        """The same in another folder, to write and to damage there; its configuration stands beside it."""
        shutil.copytree(self.var, folder / "var", symlinks=True)
        shutil.copy(self.var.parent / "config.toml", folder)
        paths = self.settings.paths.model_copy(update={"var": folder / "var"})
        return MadeUp(folder / "var", self.settings.model_copy(update={"paths": paths}))

    def publish(self, now: datetime = SECOND_NIGHT) -> Path:
        """Publish what the state holds once more, as a night on which nothing changed."""
        with State.open(self.var / STATE) as state:
            return editions.publish(state, self.editions, now).path

    def judge_anew(self, now: datetime) -> Path:
        """Carry out what people judged on the desk, as a night does on which no network is read, and publish."""
        with journal(self.var, quiet=True) as log:
            report = publish_anew(self.settings, FrozenClock(now), log)
        assert report.edition is not None
        return report.edition

    def play(self, *more: RecordInput, now: datetime) -> Path:
        """Play a night on which all is as on the second, and a network lists these records too; publish."""
        with State.open(self.var / STATE) as state:
            run_id = ledger.begin(state, now)
            for network, read in records(2).items():
                listed = (*read, *(one for one in more if one.profile.network == network))
                load(state, run_id, NetworkRun(network, Outcome.COMPLETE, "", now, now, len(listed), 0, 0, listed, ()), now)
            ledger.end(state, run_id, now)
        return self.judge_anew(now)


def doubtful(name: str, country: str) -> RecordInput:
    """A record of which nobody can say whether it is the cluster of that name (``Cedar``)."""
    site = f"{name.lower()}-cluster.example"
    return newcomer(f"{name} Cluster Association", "tci", country=country, website=f"https://{site}", domain=site)


def newcomer(name: str, network: str = "eccp", **said: object) -> RecordInput:
    """A record that no night before had."""
    key = name.lower().replace(" ", "-")
    usual = {"organisation_type": "cluster", "country": "SE", "ecosystems": ("Energy-renewables",)}
    return record(network, key, name=name, **(usual | said))


def _usual() -> list[RecordInput]:
    found = []
    for number, name in enumerate(NAMES):
        ecosystem, sector, technology = _FIELDS[number % len(_FIELDS)]
        country = _COUNTRIES[number % len(_COUNTRIES)]
        found.append(
            record(
                "eccp",
                name.lower(),
                name=f"{name} Cluster",
                organisation_type="cluster",
                country=country,
                city=_PLACES[country],
                nuts2=_REGIONS[country],
                website=f"https://{name.lower()}.example",
                domain=f"{name.lower()}.example",
                role_email=f"info@{name.lower()}.example",
                ecosystems=(ecosystem,),
                sectors=(sector,),
                technologies=(technology,),
                keywords=(f"{name.lower()} things",),
                members_total=10 + number * 30,
                extracts={"en": f"Works on {technology.lower()} around {_PLACES[country]}."},
            )
        )
    return found


def _northwood(network: str, members: int, **said: object) -> RecordInput:
    return record(
        network,
        "northwood",
        name="Northwood Alliance",
        country="SE",
        city="Alfastad",
        nuts2="SE31",
        organisation_type="cluster",
        website="https://northwood.example",
        domain="northwood.example",
        role_email="info@northwood.example",
        phone="+46500123456",
        ecosystems=("Energy-renewables",),
        sectors=("Forestry",),
        technologies=("Biorefinery", "Lignin"),
        members_total=members,
        **said,
    )


def _hostile() -> list[RecordInput]:
    return [
        record(
            "tci",
            key,
            name=name,
            country="PT",
            organisation_type="cluster",
            website="javascript:alert(document.domain)",
            keywords=(f"{name[:200]}",),
            extracts={"en": f"{name[:280]}"},
            technologies=(name[:120],),
        )
        for key, name in ATTACKS.items()
    ]


def records(night: int) -> dict[str, list[RecordInput]]:
    """What each network lists on a night: on the second, Yarrow Cluster is missing."""
    usual = [one for one in _usual() if night == 1 or one.profile.source_key != "yarrow"]
    labels = ({"level": "gold", "issuer": None, "awarded": None, "valid_until": date(2027, 6, 30)},)
    northwood = {
        "eccp": _northwood("eccp", 41, labels=labels, extracts={"en": "Turns wood into materials and energy."}),
        "tci": _northwood("tci", 38, native_name="Norrskogsalliansen", extracts={"sv": "Gör material och energi av skog."}),
    }
    return {"eccp": [*usual, northwood["eccp"]], "tci": [*_hostile(), northwood["tci"]]}


def make(folder: Path) -> MadeUp:
    """Play two nights in a folder, and publish."""
    config = folder / "config.toml"
    config.write_text("[embeddings]\nseconds_a_night = 0\n", encoding="utf-8")
    settings = load_settings(config, {}, networks=registry.names())
    var = settings.paths.var
    with State.open(var / STATE) as state:
        for night, now in ((1, FIRST_NIGHT), (2, SECOND_NIGHT)):
            run_id = ledger.begin(state, now)
            for network, read in records(night).items():
                title = registry.network(network).facts.title
                ledger.describe(state, network, title=title, home=f"https://{network}.example", licence="invented")
                load(state, run_id, NetworkRun(network, Outcome.COMPLETE, "", now, now, len(read), 0, 0, tuple(read), ()), now)
            ledger.end(state, run_id, now)
    with journal(var, quiet=True) as log:
        report = publish_anew(settings, FrozenClock(SECOND_NIGHT), log)
    assert report.edition is not None
    made = MadeUp(var, settings)
    with State.open(var / STATE) as state:
        sql = "INSERT INTO redirects SELECT $old, organisation_id, $since FROM clusters WHERE name = 'Northwood Alliance'"
        state.con.execute(sql, {"old": FORMER, "since": SECOND_NIGHT.date()})
        for home, partner, partnership, year in PARTNERSHIPS:
            state.con.execute(_PARTNERSHIP, {"home": home, "partner": partner, "partnership": partnership, "year": year})
    made.publish()
    return made
