"""Whoever asks not to be listed leaves no trace on what staff wrote."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from support.commands import called
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.staff import Person, shown
from sync.places import DESK

pytestmark = pytest.mark.xdist_group("portal")


@pytest.mark.thorough
def test_an_erased_organisation_is_on_no_shortlist_in_no_note_and_no_opinion(
    own: MadeUp, number_of: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    # The configuration that is copied names the folder beside it.
    said = ("--config", own.var.parent / "config.toml", "--quiet", "privacy")
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address, timeout=30) as client:
        ada = Person(client, "Ada")
        path = ada.begin("Spanish coast")
        fjord, amber = ada.put(number_of("Fjord Cluster"), path), ada.put(number_of("Amber Cluster"), path)
        ada.send(path, do=f"note:{fjord}", text="rang Fjord Cluster")
        ada.send(path, do=f"note:{amber}", text="knows Fjord Cluster well")
        partners = f"/en/clusters/{number_of('Amber Cluster')}/partners?country=ES&top=50"
        ada.send(partners, do=f"useful:{number_of('Fjord Cluster')}")
        report = called(capsys, *said, "report", "Fjord Cluster", "--json").json
        assert report["shortlists"] == 4, report
        ended = called(capsys, *said, "erase", "Fjord Cluster", "--by", "Ada", "--because", "asked by mail")
        assert ended.code == 0, ended.err
        assert [one["name"] for one in ada.data(path)["entries"]] == ["Amber Cluster"]
        page = shown(ada.get(path).text)
        assert "Fjord Cluster" not in page
        assert ada.data("/en/opinions") == []
        assert ada.get(f"/en/clusters/{number_of('Fjord Cluster')}").status_code == 404
    assert b"fjord cluster" not in b"".join(one.read_bytes() for one in own.var.glob(f"{DESK}*")).lower()
