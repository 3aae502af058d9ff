"""The text of an organisation that is embedded: its name, what it works on, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warehouse.connection import Connection

_READ = """
SELECT
    organisation_id, name, native_name, ecosystems, sectors, technologies, keywords, s3_priorities, emerging_industries,
    map_values(extracts) AS extracts
FROM clusters
ORDER BY organisation_id
"""
_LISTED = ("keywords", "technologies", "sectors", "ecosystems", "s3_priorities", "emerging_industries", "extracts")


def texts_of_all(con: Connection) -> dict[int, str]:
    """Every organisation's text by its number, gone ones too, in the order of the numbers."""
    cursor = con.execute(_READ)
    columns = [column[0] for column in cursor.description or ()]
    rows = (dict(zip(columns, values, strict=True)) for values in cursor.fetchall())
    return {row["organisation_id"]: text_of(row) for row in rows}


def text_of(said: Mapping[str, Any]) -> str:
    """One organisation's text, from its columns of ``clusters``. Places are left out: they would make neighbours of strangers."""
    values = [said["name"], said["native_name"], *(value for column in _LISTED for value in said[column] or ())]
    return ". ".join(dict.fromkeys(value.strip(" .") for value in values if value and value.strip(" .")))
