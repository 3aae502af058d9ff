"""The demo brings its vectors along."""

from __future__ import annotations

from typing import Any

import pytest

from matching.embedding.cache import brought_along, digest_of
from matching.embedding.texts import texts_of_all
from warehouse.editions import EditionReader

pytestmark = pytest.mark.xdist_group("whole")


def test_every_text_of_the_demo_has_its_vector_so_that_it_is_quick(nights: Any, later: Any) -> None:
    for night in (nights.second, later.visit(2).report):
        with EditionReader(night.edition) as reader, reader.cursor() as con:
            texts = texts_of_all(con)
            wanting = [text for text in texts.values() if digest_of(text) not in brought_along()]
            counted = con.execute("SELECT count(*) FROM search_vectors").fetchall()
        bring = "python -m matching.embedding.bring var/demo/editions/clusters-*.duckdb"
        assert wanting == [], f"play the demo's two nights, then: {bring}"
        assert counted == [(len(texts),)]
