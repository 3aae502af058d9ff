"""What an ECCP profile page of the Drupal 7 era (2016 to 2021) prints, in its order, label by label."""

from __future__ import annotations

import tldextract

from demo import printing
from demo.eccp_plan import Placement
from demo.facts import Organisation, language_name, regions, seen
from demo.invented import Draw, Invented
from demo.printing import FreeText
from demo.sheet import Sheet

GENERAL = "General Information"
FOCUS = "Sectoral and Industrial Focus"
COMPOSITION = "Composition of the cluster"
STRATEGY = "Cluster Strategy"

COUNTS = (
    ("Total number of members", "total"),
    ("Number of SME members", "sme"),
    ("Number of start-ups among SME members", "startup"),
    ("Number of larger company members", "large"),
    ("Number of research organisations/universities/technology centres", "research"),
    ("Number of other ecosystem actors ", "other"),
)
OPTIONAL_COUNTS = ("startup", "large", "other")
SEPARATORS = (".", " ", "\N{NO-BREAK SPACE}", "")

_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def fill(placement: Placement, invented: Invented) -> tuple[Sheet, dict[str, FreeText]]:
    """The rows and the free texts of one page (language -> text), with their truth."""
    sheet, draw = Sheet(), invented.draw("d7", "rows")
    sheet.say((placement.name,), {"name": placement.name})
    sheet.say((), {"organisation_type": "cluster"})
    _general(sheet, invented, draw)
    _focus(sheet, invented, draw)
    _composition(sheet, placement, invented, draw)
    return sheet, texts(sheet, invented.organisation, draw, may_have_headings=True)


def website(org: Organisation, draw: Draw) -> tuple[str, dict[str, object]] | None:
    """The address as some page prints it, and what it says; None: it is not known. A misprint has no domain."""
    known = seen(org).website or org.website
    if known is None:
        return None
    printed = known.rstrip("/") if draw.chance(0.3) else known
    if printed.startswith("https://www.") and draw.chance(0.4):
        printed = printed.removeprefix("https://")
    facts: dict[str, object] = {"website": printed}
    if not (printed.startswith("www") and not printed.startswith("www.")):
        facts["domain"] = _domain(printed).top_domain_under_public_suffix
    return printed, facts


def texts(sheet: Sheet, org: Organisation, draw: Draw, *, may_have_headings: bool) -> dict[str, FreeText]:
    """The English text and, where there is one, the local one; noted on the sheet."""
    found = {"en": printing.free_text(org.description, draw, may_have_headings=may_have_headings)}
    if org.description_local is not None and org.local_language is not None:
        found[org.local_language] = FreeText((org.description_local,))
    sheet.texts(found)
    return found


def labels(org: Organisation) -> tuple[str | None, tuple[str, ...], list[dict[str, str | None]]]:
    """The excellence label's words, the other labels, and both as ClusterProfile.labels."""
    level = seen(org).excellence_label or org.excellence_level
    others = seen(org).other_labels or (("Vinnväxt",) if "Vinnväxt" in (org.label_note or "") else ())
    empty = {"level": None, "issuer": None, "awarded": None, "valid_until": None}
    facts = [{**empty, "level": level}] if level else []
    return (f"{level.capitalize()} Label" if level else None), others, facts + [{**empty, "issuer": other} for other in others]


def _general(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org, known = invented.organisation, seen(invented.organisation)
    if known.founded or org.founded_year or draw.chance(0.85):
        day = known.founded or invented.founded
        sheet.row(GENERAL, "The date when the cluster organisation was established", (printing.weekday_date(day),),
                  {"founded_on": day.isoformat(), "founded_precision": "day"}, generated=known.founded is None)  # fmt: skip
    # In the flat markup the region has no label and falls under this one, whether or not a number stands there.
    staff = (str(invented.staff),) if draw.chance(0.9) else ()
    sheet.row(GENERAL, "Number of staff in the management team of the cluster organisation ", staff,
              {"staff_min": invented.staff, "staff_max": invented.staff}, generated=True)  # fmt: skip
    region = regions()[org.nuts2 or ""]
    printed = printing.national_region(region)
    follows = {} if region.name_shared_with_another_country else {"country": org.country, "nuts2": region.code}
    sheet.row(GENERAL, "Region", (printed,), {"region_printed": printed, **follows}, kind="region")
    _labels_and_networks(sheet, invented, draw)
    sheet.row(GENERAL, "Cluster Management Team", ("Cluster Manager", "Internationalisation Responsible")[: draw.between(0, 2)])
    sheet.row(GENERAL, "Languages spoken", tuple(map(language_name, invented.languages)),
              {"languages": list(invented.languages)}, generated=True)  # fmt: skip
    address = website(org, draw)
    if address and (known.website or draw.chance(0.5)):
        sheet.row(GENERAL, "Website", (address[0],), address[1], kind="website")


def _labels_and_networks(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org = invented.organisation
    excellence, others, label_facts = labels(org)
    if excellence or draw.chance(0.85):
        sheet.row(GENERAL, "Cluster Excellence Label", (excellence,) if excellence else ())
    if others or draw.chance(0.85):
        sheet.row(GENERAL, "Other Label", others)
    if label_facts:
        sheet.say(((excellence,) if excellence else ()) + others, {"labels": label_facts})
    if draw.chance(0.25):
        partnerships = (invented.partnership,) if draw.chance(0.6) else ()
        sheet.row(GENERAL, "Membership to European Strategic Cluster Partnerships (ESCP-4i, ESCP-S3 or ESCP-4x)", partnerships,
                  {"partnerships": list(partnerships)}, generated=True)  # fmt: skip
    real = (*seen(org).memberships, *(("TCI Network",) if "tci" in org.networks_seen else ()))
    memberships = real or ((invented.membership,) if draw.chance(0.3) else ())
    sheet.row(GENERAL, "Membership to other networks/partnerships", memberships,
              {"memberships": list(memberships)}, generated=not real)  # fmt: skip


def _focus(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    org = invented.organisation
    rows = (
        ("Sectoral Industries", "sectors", org.sectoral_industries, False),
        ("Technology fields", "technologies", org.technologies, False),
        ("S3 EU priority areas", "s3_priorities", invented.s3_priorities, True),
        ("Emerging industries", "emerging_industries", invented.emerging_industries, True),
    )
    for label, field, values, generated in rows:
        if values or draw.chance(0.7):
            sheet.row(FOCUS, label, values, {field: list(values)}, generated=generated)
    if draw.chance(0.9):
        sheet.row(FOCUS, "Areas of specialisation of the cluster not covered above", (", ".join(org.keywords),),
                  {"keywords": list(org.keywords)})  # fmt: skip


def _composition(sheet: Sheet, placement: Placement, invented: Invented, draw: Draw) -> None:
    members = invented.members_then()
    if placement.edited:
        members = members.model_copy(update={"sme": members.sme + 1, "total": members.total + 1})
    separator, is_seen = draw.one(SEPARATORS), seen(invented.organisation).members is not None
    for label, field in COUNTS:
        number: int = getattr(members, field)
        if field in OPTIONAL_COUNTS and (draw.chance(0.3) or (is_seen and field == "other")):
            continue
        sheet.row(COMPOSITION, label, (printing.count(number, separator),), {f"members_{field}": number}, kind="count",
                  generated=not is_seen)  # fmt: skip
    _hubs_and_players(sheet, invented, draw)


def _hubs_and_players(sheet: Sheet, invented: Invented, draw: Draw) -> None:
    key = invented.organisation.id[-4:]
    hubs = [(f"Replica Hub {key}", "Co-working Space", f"www.hub-{key}.example"), (f"Invented Lab {key}", "Incubator", "")]
    players = [(f"Invented Mill {key}", "Larger Company"), (f"Imaginary University {key}", "Research Organisation")]
    label = 'Entrepreneurship and scale-up support facilities in the cluster\'s ecosystem (see "Organisation type")'
    sheet.table(COMPOSITION, label, "facilities", hubs[: draw.between(0, 2)])
    sheet.table(COMPOSITION, "Name and link of major players", "players", players[: draw.between(0, 2)])
