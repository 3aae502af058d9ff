"""What an ECCP profile page of the Drupal 9 era (from 2021) prints, in its order.

Its first half, up to the composition, was seen on one page; the rows after it use labels of other parts of the platform.
"""

from __future__ import annotations

from dataclasses import dataclass

from demo import printing
from demo.eccp_d7 import SEPARATORS, labels, texts, website
from demo.eccp_plan import Placement
from demo.facts import country_name, language_name, regions, seen
from demo.invented import Draw, Invented, person
from demo.printing import FreeText
from demo.sheet import Sheet

FACTS, TILES, MORE = "facts", "Cluster composition", "more"

COUNTS = (
    ("Cluster Members", "total"),
    ("SMEs", "sme"),
    ("Number of start-ups among SME's", "startup"),
    ("Large Companies", "large"),
    ("Research Organisations, Universities, Technology Centers", "research"),
)
CONTACT_FORMS = ("plain", "portrait", "split", "mail", "list", "none")


@dataclass(frozen=True)
class Head:
    """The unlabelled lines at the top. ``contact`` is an invented person, whom no reader may keep."""

    logo: str
    native_name: str | None
    country: str
    region: str
    contact: str
    contact_form: str
    contact_email: str
    completeness: int


def fill(placement: Placement, invented: Invented) -> tuple[Sheet, dict[str, FreeText], Head]:
    """The rows, the free texts (language -> text) and the head of one page, with their truth."""
    sheet, draw = Sheet(), invented.draw("d9", "rows")
    head = _head(sheet, placement, invented, draw)
    found = texts(sheet, invented.organisation, draw, may_have_headings=False)
    _facts(sheet, invented, draw)
    _composition(sheet, placement, invented, draw)
    _focus(sheet, invented, draw)
    _reach(sheet, invented, draw)
    return sheet, found, head


def _head(sheet: Sheet, placement: Placement, invented: Invented, draw: Draw) -> Head:
    org = invented.organisation
    sheet.say((placement.name,), {"name": placement.name})
    sheet.say((), {"organisation_type": "cluster"})
    native = org.native_name if org.native_name != placement.name else None
    if native:
        sheet.say((native,), {"native_name": native})
    region = regions().get(org.nuts2 or "")
    line, printed = printing.country_and_region(org, region, draw)
    sheet.say((line,), {"country": org.country, "region_printed": printed, **({"nuts2": region.code} if region else {})})
    known = seen(org).completeness
    completeness = known or draw.one((100, 100, 100, 95, 90, 85, 70, 60))
    sheet.say((f"{completeness}% completed",), {"completeness": completeness}, generated=known is None)
    contact = person(invented.draw("contact"))
    mailbox = f"{contact.lower().replace(' ', '.')}@people.example"
    form = draw.one(CONTACT_FORMS)
    return Head(f"{org.acronym or placement.name} - eng", native, country_name(org.country), printed, contact, form, mailbox,
                completeness)  # fmt: skip


def _facts(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org, known = invented.organisation, seen(invented.organisation)
    if known.founded or org.founded_year or draw.chance(0.85):
        day = known.founded or invented.founded
        precision = "day" if known.founded else draw.one(("day", "day", "day", "month", "year"))
        is_real = known.founded is not None or (precision == "year" and org.founded_year is not None)
        facts = {"founded_on": printing.iso_date(day, precision), "founded_precision": precision}
        sheet.row(FACTS, "Established", (printing.plain_date(day, precision),), facts, generated=not is_real)
    if known.staff or draw.chance(0.9):
        words, low, high = printing.staff_range(invented.staff)
        sheet.row(FACTS, "Staff in the management team", (words,),
                  {"staff_min": low, **({"staff_max": high} if high else {})}, generated=known.staff is None)  # fmt: skip


def _composition(sheet: Sheet, placement: Placement, invented: Invented, draw: Draw) -> None:
    members = invented.members_later() if placement.edited else invented.members
    separator, is_seen = draw.one(SEPARATORS), seen(invented.organisation).members is not None
    for label, field in COUNTS:
        number: int = getattr(members, field)
        if is_seen or field in ("total", "sme") or draw.chance(0.8):
            sheet.row(TILES, label, (printing.count(number, separator),), {f"members_{field}": number}, kind="count",
                      generated=not is_seen)  # fmt: skip


def _focus(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org = invented.organisation
    other_spelling = draw.chance(0.5)
    ecosystems = tuple(printing.OTHER_SPELLING.get(name, name) if other_spelling else name for name in org.ecosystems)
    # The fifteenth value, seen in one registry only: no ecosystem of the EU's fourteen, so that it amounts to nothing.
    cross = ("Cross-ecosystem",) if draw.chance(0.05) else ()
    sheet.row(MORE, "Industrial ecosystems", ecosystems + cross, {"ecosystems": list(org.ecosystems)})
    rows = (
        (draw.one(("Sectoral industries", "Sectoral Industries")), "sectors", org.sectoral_industries, False),
        (draw.one(("Technologies", "Technology fields")), "technologies", org.technologies, False),
        (draw.one(("EU priority areas", "S3 EU priority areas")), "s3_priorities", invented.s3_priorities, True),
        ("Emerging industries", "emerging_industries", invented.emerging_industries, True),
    )
    for label, field, values, generated in rows:
        if values:
            sheet.row(MORE, label, values, {field: list(values)}, generated=generated)
    if draw.chance(0.9):
        sheet.row(MORE, "Areas of specialisation of the cluster not covered above", (", ".join(org.keywords),),
                  {"keywords": list(org.keywords)})  # fmt: skip


def _reach(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org = invented.organisation
    excellence, others, label_facts = labels(org)
    if excellence:
        sheet.row(MORE, "Excellence label", (excellence,))
    if others:
        sheet.row(MORE, "Other label", others)
    if label_facts:
        sheet.say(((excellence,) if excellence else ()) + others, {"labels": label_facts})
    if draw.chance(0.5):
        sheet.row(MORE, "Languages spoken", tuple(map(language_name, invented.languages)),
                  {"languages": list(invented.languages)}, generated=True)  # fmt: skip
    if draw.chance(0.12):
        label = draw.one(("Countries of interest", "Geographical location of international partners"))
        sheet.row(MORE, label, tuple(map(country_name, invented.target_countries)),
                  {"target_countries": list(invented.target_countries)}, generated=True)  # fmt: skip
    address = website(org, draw)
    if address:
        sheet.row(MORE, "Website", (address[0],), address[1], kind="website")
    if org.city and draw.chance(0.7):
        sheet.row(MORE, "City", (org.city,), {"city": org.city})
    if draw.chance(0.2):
        sheet.row(MORE, "E-mail", (invented.email,), {"role_email": invented.email}, kind="email", generated=True)
    if invented.phone and draw.chance(0.2):
        sheet.row(MORE, "Phone", (invented.phone,), {"phone": invented.phone.replace(" ", "")}, generated=True)
