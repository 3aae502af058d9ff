"""The command that opens the staff page."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from support.commands import called
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.privileges import without_privileges
from support.staff import Person
from sync.places import DESK

pytestmark = pytest.mark.xdist_group("portal")


@contextmanager
def opened(config: Path, *words: str, prelude: str = "") -> Iterator[tuple[subprocess.Popen, str]]:
    """The page, opened by the command as a process of its own at a port that is free, and its address, which it says first.

    Arguments:
        words: what the command is asked besides.
        prelude: Python that it executes before.
    """
    asked = ["--config", str(config), "serve", "--port", "0", *words]
    program = f"{prelude}\nfrom sync.cli.app import main\nmain({asked!r})"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        try:
            said = running.stdout.readline()
            address, _, _ = said.partition("/  (")
            assert address.startswith("http://127.0.0.1:"), said or running.stderr.read()
            yield running, address
        finally:
            running.kill()


def test_serve_says_where_it_is_answers_and_ends_in_order_when_it_is_told_to(made_up: MadeUp) -> None:
    with opened(made_up.var.parent / "config.toml") as (running, address):
        answer = httpx.get(f"{address}/", headers={"accept-language": "en"}, follow_redirects=True)
        assert "cluster organisations" in answer.text
        assert "Demonstration" not in answer.text
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0


def test_the_demos_edition_is_said_to_be_one_and_only_configured_languages_are_there(own: MadeUp) -> None:
    asked = options(own.var, is_demo=lambda path: path.is_relative_to(own.editions.resolve()), languages=("en",))
    with serving(make(asked), "127.0.0.1", 0) as server:
        assert "Demonstration: names and subjects are real" in httpx.get(f"{server.address}/en/clusters").text
        assert httpx.get(f"{server.address}/sv/clusters").status_code == 404
        assert httpx.get(f"{server.address}/", headers={"accept-language": "sv"}).headers["location"] == "/en/clusters"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
def test_without_anybody_who_can_sign_in_the_page_is_not_opened_to_strangers(
    made_up: MadeUp, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    ended = called(capsys, "--config", made_up.var.parent / "config.toml", "serve", "--host", host)
    assert ended.code == 3
    assert "clusterbridge user add NAME" in ended.err


def test_a_page_that_a_proxy_opens_to_others_needs_somebody_who_can_sign_in_too(
    own: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    config = own.var.parent / "config.toml"
    config.write_text("[portal]\nnames = ['clusters.example.org']\n", encoding="utf-8")
    assert called(capsys, "--config", config, "serve").code == 3
    config.write_text("[portal]\nuser_header = 'Remote-User'\n", encoding="utf-8")
    ended = called(capsys, "--config", config, "serve")
    assert (ended.code, "proxies" in ended.err) == (3, True)


@pytest.mark.thorough
def test_a_desk_that_can_no_longer_be_written_is_a_plain_message_and_searching_goes_on(own: MadeUp) -> None:
    config, desk = own.var.parent / "config.toml", own.var / DESK
    with opened(config, prelude=without_privileges()) as (_, address), httpx.Client(base_url=address) as client:
        ada = Person(client, "Ada")
        path, token = ada.begin("Kept"), ada.token()
        desk.chmod(0o444)
        own.var.chmod(0o555)
        try:
            answer = client.post(path, data={"token": token, "do": "note:0", "text": "not written"})
            assert answer.status_code == 503
            assert "Nothing can be saved at the moment" in answer.text
            assert ada.get("/en/clusters?q=amber").status_code == 200
        finally:
            own.var.chmod(0o755)
            desk.chmod(0o644)
        assert ada.send(path, do="note:0", text="written").status_code == 303
        assert [note["text"] for note in ada.data(path)["notes"]] == ["written"]


def test_a_demo_that_is_served_opens_the_page_on_the_demos_folder(
    made_up: MadeUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr("sync.cli.play._play_well", lambda *_arguments, **_more: None)
    monkeypatch.setattr("sync.cli.serve.open_page", lambda _asked, folders, **_more: seen.extend(folders))
    assert called(capsys, "--config", made_up.var.parent / "config.toml", "demo", "--serve").code == 0
    assert seen == [made_up.var / "demo"]


def test_a_demo_is_not_both_told_as_json_and_served(capsys: pytest.CaptureFixture[str]) -> None:
    ended = called(capsys, "demo", "--serve", "--json")
    assert ended.code == 2
    assert "--serve" in ended.err
