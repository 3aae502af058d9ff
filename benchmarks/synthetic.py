"""Made-up records of organisations with known identities: what the figures on cost are measured on."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

_ONSETS = ("b", "br", "d", "f", "fl", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "r", "s", "sk", "st", "t", "tr", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ä", "ö", "ai", "eo")
_CODAS = ("", "", "l", "n", "r", "s", "x", "nd", "rk", "lm")
_FIELDS = (
    "Food", "Wood", "ICT", "Energy", "Health", "Textile", "Automotive", "Aerospace", "Maritime", "Photonics", "Water",
    "Logistics", "Furniture", "Packaging", "Biotech", "Mobility", "Tourism", "Steel", "Mining", "Robotics", "Design", "Plastics",
    "Construction",
)  # fmt: skip
_BODIES = ("Cluster", "Network", "Valley", "Alliance", "Association", "Innovation", "Arena", "Hub", "Technology Cluster")
_FORMS = ("", "", "", " AB", " e.V.", " GmbH", " A.C.", " S.c.r.l.", " ry", " d.o.o.")
_COUNTRIES = ("SE", "DE", "FR", "ES", "IT", "PL", "FI", "NO", "DK", "NL", "BE", "AT", "CZ", "HU", "RO", "PT", "GR", "BG")
_NETWORKS = ("eccp", "tci", "eca", "esca")

SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()), ("network", pa.string()), ("source_key", pa.string()), ("url", pa.string()),
        ("first_seen_on", pa.date32()), ("is_gone", pa.bool_()), ("name", pa.string()), ("native_name", pa.string()),
        ("other_names", pa.list_(pa.string())), ("acronym", pa.string()), ("organisation_type", pa.string()),
        ("country", pa.string()), ("nuts2", pa.string()), ("city", pa.string()), ("domain", pa.string()),
        ("website", pa.string()), ("role_email", pa.string()), ("phone", pa.string()), ("founded_on", pa.date32()),
    ]
)  # fmt: skip
"""The columns of ``known_records`` that sameness reads, and those that name the record."""


@dataclass(frozen=True)
class Synthetic:
    """Records and the truth about them.

    Arguments:
        table: in the shape of ``known_records``.
        owner: for each row, the number of the organisation that it is of.
    """

    table: pa.Table
    owner: tuple[int, ...]


def make(count: int, seed: int = 1) -> Synthetic:
    """So many records of organisations of which about every fifth is listed twice or three times.

    Three of ten names consist of common words alone. A copy differs from its original as copies in directories do: another
    legal form, a misprint, an acronym in place of the name, a missing website, phone or city. No rule was derived from here.
    """
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    owner: list[int] = []
    organisation = 0
    towns = [_word(rng, 2).title() for _ in range(max(50, count // 400))]
    while len(rows) < count:
        organisation += 1
        original = _organisation(rng, towns)
        copies = rng.choices((0, 1, 2), (0.80, 0.15, 0.05))[0]
        for copy in range(1 + copies):
            if len(rows) == count:
                break
            row = original if copy == 0 else _copy(rng, original)
            rows.append(row | {"network": _NETWORKS[copy], "source_key": f"org-{organisation}-{copy}"})
            owner.append(organisation)
    order = rng.sample(range(count), count)
    placed = [rows[at] | {"record_id": number, "url": "", "first_seen_on": date(2026, 11, 1), "is_gone": False}
              for number, at in enumerate(order, 1)]  # fmt: skip
    return Synthetic(pa.Table.from_pylist(placed, schema=SCHEMA), tuple(owner[at] for at in order))


def change(synthetic: Synthetic, share: float, seed: int = 2) -> Synthetic:
    """The same records a night later: so large a share has a new phone, website or name."""
    rng = random.Random(seed)
    rows = synthetic.table.to_pylist()
    for at in rng.sample(range(len(rows)), round(share * len(rows))):
        rows[at] = _copy(rng, rows[at])
    return Synthetic(pa.Table.from_pylist(rows, schema=SCHEMA), synthetic.owner)


def _word(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))


def _organisation(rng: random.Random, towns: list[str]) -> dict[str, object]:
    town, field = rng.choice(towns), rng.choice(_FIELDS)
    own = _word(rng, rng.choice((2, 2, 3))).title()
    name = rng.choices(
        (f"{own} {field} {rng.choice(_BODIES)}", own, f"{field} {rng.choice(_BODIES)} {town}", f"{own} {rng.choice(_BODIES)}"),
        (0.35, 0.1, 0.3, 0.25),
    )[0]  # fmt: skip
    country = rng.choice(_COUNTRIES)
    label = own.lower().replace("ä", "a").replace("ö", "o") + rng.choice(("", field.lower(), "-cluster"))
    domain = f"{label}{rng.randrange(100)}.{country.lower()}" if rng.random() < 0.6 else None
    letters = "".join(word[0] for word in name.split())
    return {
        "name": name + rng.choice(_FORMS),
        "native_name": None,
        "other_names": [],
        "acronym": letters if len(letters) >= 3 and rng.random() < 0.3 else None,
        "organisation_type": "cluster",
        "country": country,
        "nuts2": None,
        "city": town if rng.random() < 0.7 else None,
        "domain": domain,
        "website": f"https://www.{domain}/" if domain else None,
        "role_email": f"info@{domain}" if domain and rng.random() < 0.4 else None,
        "phone": f"+46{rng.randrange(10**8, 10**9)}" if rng.random() < 0.4 else None,
        "founded_on": date(1990, 1, 1) + timedelta(days=rng.randrange(12000)) if rng.random() < 0.3 else None,
    }


def _copy(rng: random.Random, original: dict[str, object]) -> dict[str, object]:
    copy = dict(original)
    name = str(original["name"])
    for form in sorted(_FORMS, key=len, reverse=True):
        name = name.removesuffix(form) if form else name
    change = rng.choices(("form", "misprint", "acronym", "none"), (0.5, 0.15, 0.1, 0.25))[0]
    if change == "form":
        name += rng.choice(_FORMS)
    elif change == "misprint" and len(name) > 8:
        at = rng.randrange(1, len(name) - 1)
        name = name[:at] + rng.choice(("", name[at] * 2, rng.choice("aeinrst"))) + name[at + 1 :]
    elif change == "acronym" and original["acronym"]:
        name = str(original["acronym"])
    copy["name"] = name
    for field in ("website", "phone", "city", "founded_on", "role_email", "acronym"):
        if rng.random() < 0.35:
            copy[field] = None
    if copy["website"] is None:
        copy["domain"] = None
    return copy
