"""The configuration: what beats what, and what an error says."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.network import Expectations
from matching.sameness.weights import shipped
from sync.settings import ConfigError, NetworkSettings, Permission, Settings, line_of, load_settings, without_secrets
from sync.settings_shape import Sameness

NETWORKS = ("eccp", "clusters-of-sweden")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(config: Path, text: str, env: dict[str, str] | None = None, flags: dict[str, Any] | None = None) -> Settings:
    config.write_text(text, encoding="utf-8")
    return load_settings(config, env or {}, networks=NETWORKS, flags=flags)


def error(config: Path, text: str, env: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(config, text, env)
    return str(caught.value).replace(str(config), "config.toml")


def test_without_any_file_every_key_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert (settings.operator.contact, settings.operator.timezone) == ("", "Europe/Stockholm")
    assert settings.paths.var == tmp_path / "var"
    assert (settings.keep.editions, settings.run.keeps_at_least, settings.portal.languages) == (7, 0.85, ("sv", "en"))
    assert settings.networks == {}


def test_the_example_in_the_repository_is_complete_and_says_the_defaults() -> None:
    example = Path(__file__).parents[2] / "config.toml"
    settings = load_settings(example, {}, networks=("clusters_of_sweden", "eca", "eccp", "tci"))
    defaults = Settings()
    for section in ("operator", "keep", "run", "merge", "embeddings", "portal", "notify", "lake"):
        assert getattr(settings, section) == getattr(defaults, section)
        assert f"[{section}]" in example.read_text(encoding="utf-8")
        for key in type(getattr(settings, section)).model_fields:
            assert f"\n{key} = " in example.read_text(encoding="utf-8")
    assert settings.networks["eccp"].enabled is False
    assert settings.networks["eccp"].permission.missing() == ["basis", "read_on", "by"]
    for key in NetworkSettings.model_fields:
        assert key in example.read_text(encoding="utf-8")


def test_thresholds_of_sameness_are_the_shipped_ones_until_the_file_says_otherwise(config: Path) -> None:
    assert Settings().sameness.weights() == shipped()
    config.write_text("[sameness]\nsame_from = 0.99\n", encoding="utf-8")
    verdict = load_settings(config, {}).sameness.weights().verdict
    assert (verdict.same_from, verdict.unsure_from) == (0.99, shipped().verdict.unsure_from)


def test_the_example_names_the_thresholds_of_sameness_that_are_shipped() -> None:
    example = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
    for key in Sameness.model_fields:
        assert f"# {key} = {getattr(shipped().verdict, key):g} " in example


@pytest.mark.parametrize("written", ["same_from = 0.5\nunsure_from = 0.6", "unsure_from = 0.97", "unsure_from = 0.1"])
def test_nobody_is_asked_about_pairs_that_are_joined_or_noted_as_different(config: Path, written: str) -> None:
    config.write_text(f"[sameness]\n{written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sameness: .*wanted unsure_from from 0\.15 on and below same_from"):
        load_settings(config, {})


def test_a_flag_beats_the_environment_which_beats_the_file(config: Path) -> None:
    text = '[operator]\ncontact = "file@example.org"\ntimezone = "UTC"\n[run]\ngone_after_runs = 3\n[keep]\neditions = 3\n'
    env = {"CLUSTERBRIDGE_OPERATOR__CONTACT": "environment@example.org", "CLUSTERBRIDGE_RUN__GONE_AFTER_RUNS": "4", "HOME": "/x"}
    settings = load(config, text, env, {"run.gone_after_runs": 5})
    assert (settings.operator.contact, settings.operator.timezone) == ("environment@example.org", "UTC")
    assert (settings.run.gone_after_runs, settings.keep.editions) == (5, 3)


def test_the_environment_reaches_networks_and_lists(config: Path) -> None:
    env = {
        "CLUSTERBRIDGE_NETWORKS__ECCP__ENABLED": "true",
        "CLUSTERBRIDGE_NETWORKS__ECCP__PERMISSION__BY": "the board",
        "CLUSTERBRIDGE_NETWORKS__CLUSTERS_OF_SWEDEN__PACE_SECONDS": "9",
        "CLUSTERBRIDGE_PORTAL__LANGUAGES": '["en"]',
    }
    settings = load(config, "[networks.eccp]\npace_seconds = 7\n", env)
    assert (settings.networks["eccp"].enabled, settings.networks["eccp"].pace_seconds) == (True, 7.0)
    assert settings.networks["eccp"].permission.by == "the board"
    assert settings.networks["clusters-of-sweden"].pace_seconds == 9.0
    assert settings.portal.languages == ("en",)


def test_the_file_is_the_one_named_else_the_one_of_the_environment_else_the_one_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("named", "environment", "here"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").write_text(f'[operator]\ncontact = "{name}@example.org"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    env = {"CLUSTERBRIDGE_CONFIG": str(tmp_path / "environment" / "config.toml")}
    assert load_settings(tmp_path / "named" / "config.toml", env).operator.contact == "named@example.org"
    assert load_settings(None, env).operator.contact == "environment@example.org"
    assert load_settings(None, {}).operator.contact == "here@example.org"


def test_paths_start_at_the_files_folder(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(config, '[paths]\nvar = "data/var"\n').paths.var == tmp_path / "data/var"
    assert load(config, '[paths]\nvar = "/srv/var"\n').paths.var == Path("/srv/var")
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("config.toml"), {}).paths.var == Path("/srv/var")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[operator]\n\ncontat = 'x'", "config.toml line 3: operator.contat: unknown key; did you mean 'contact'?"),
        ("contact = 'x'", "config.toml line 1: contact: unknown key; did you mean 'operator.contact'?"),
        (
            "[networks.eccp]\npace_second = 3",
            "config.toml line 2: networks.eccp.pace_second: unknown key; did you mean 'pace_seconds'?",
        ),
        (
            "networks.eccp.permission = {bassis = ''}",
            "line 1: networks.eccp.permission.bassis: unknown key; did you mean 'basis'?",
        ),
        ("[networks.eccp.expect]\nprofiles_at_leest = 1", "did you mean 'profiles_at_least'?"),
        ("[zzz]\nx = 1", "config.toml line 1: zzz: unknown key; the keys here are operator, paths"),
        ("[networks.ecp]\nenabled = true", "config.toml line 1: networks.ecp: unknown network; did you mean 'eccp'?"),
        ("[networks.zzz]\nenabled = true", "networks.zzz: unknown network; there are clusters-of-sweden, eccp"),
        ("[run]\nkeeps_at_least = 1.5", "line 2: run.keeps_at_least: input should be less than or equal to 1, found 1.5"),
        ("[portal]\nlanguages = [\n  'sv',\n  3,\n]\n", "line 2: portal.languages.1: input should be 'sv' or 'en', found 3"),
        ("[keep]\neditions = 0", "line 2: keep.editions: input should be greater than or equal to 1, found 0"),
        ("[merge]\ndefault = ['ecpp']", "config.toml line 2: merge.default: unknown network 'ecpp'; did you mean 'eccp'?"),
        (
            "[merge.fields]\nphone = ['tci']",
            "line 2: merge.fields.phone: unknown network 'tci'; there are clusters-of-sweden, eccp",
        ),
        ("[merge]\ndefault = ['eccp', 'eccp']", "line 2: merge.default: wanted each network once, found 'eccp' 2 times"),
        ("[merge]\ndefault = 'eccp'", "line 2: merge.default: wanted a list, found 'eccp'"),
        ("[merge]\nfields = 3", "line 2: merge.fields: wanted a table, found 3"),
        ('[merge]\nfields = { phone = "tci" }', "line 2: merge.fields.phone: wanted a list, found 'tci'"),
        (
            "[merge.fields]\nfone = ['eccp']",
            "line 2: merge.fields.fone: no field with an order of its own; did you mean 'phone'?",
        ),
        ("[merge.fields]\nzzz = ['eccp']", "merge.fields.zzz: no field with an order of its own; no such field"),
        (
            "[merge.fields]\nmembers_sme = ['eccp']",
            "merge.fields.members_sme: no field with an order of its own; it follows 'members_total': name that",
        ),
        ("[merge]\nfield = 3", "line 2: merge.field: unknown key; did you mean 'fields'?"),
        ("run = 5", "line 1: run: wanted a table, found 5"),
        ("networks = 5", "line 1: networks: wanted a table, found 5"),
        ("[networks]\neccp = 5", "line 2: networks.eccp: wanted a table, found 5"),
        ("[operator]\ntimezone = 'Europe/Stokholm'", "line 2: operator.timezone: wanted a timezone's name"),
        ("[operator]\ncontact = 'Åsa'", "line 2: operator.contact: wanted plain ASCII"),
        ("[operator]\ncontact = 'a\\nb'\n", "operator.contact: wanted plain ASCII"),
        ("[operator]\ncontact = 'the office'\n", "line 2: operator.contact: wanted a mail address such as"),
        ("[operator]\ncontact = 'https://example.org/a (b)'\n", "line 2: operator.contact: wanted a mail address such as"),
        ("[operator]\ncontact = 'somebody@localhost'\n", "line 2: operator.contact: wanted a mail address such as"),
        ("[networks.eccp]\nbase = 'ftp://x'", "line 2: networks.eccp.base: wanted an address such as"),
        ("[networks.eccp]\ncron = '15 4 *'", "line 2: networks.eccp.cron: wanted five cron fields"),
        ("[networks.eccp]\ncron = '61 4 * * *'", "line 2: networks.eccp.cron: wanted five cron fields such as '15 4 * * *'"),
        ("[networks.eccp]\ncron = '15 4 31 2 *'", "line 2: networks.eccp.cron: wanted a cron line that comes at some time"),
        ("[networks.eccp]\npace_seconds = inf", "line 2: networks.eccp.pace_seconds: input should be a finite number"),
        ("[sameness]\nsame_from = true", "line 2: sameness.same_from: input should be a valid number, found True"),
        ("[portal]\nport = true", "line 2: portal.port: input should be a valid integer, found True"),
        ("[networks.eccp.expect]\nprofiles_at_least = true", "expect.profiles_at_least: input should be a valid integer"),
        ("[networks.eccp.expect.fill_at_least]\nname = true", "expect.fill_at_least: input should be a valid number"),
        ("[networks.eccp]\npace_seconds = 0", "line 1: networks.eccp: wanted pace_seconds of 1.0 or more for a live network"),
        ("[networks.eccp]\nallow_private = true", "line 1: networks.eccp: allow_private is for a base on this machine"),
        (
            "[networks.eccp.permission]\nread_on = 'soon'",
            "line 2: networks.eccp.permission.read_on: input should be a valid date",
        ),
        ("[run]\nkeeps_at_least = \n", "config.toml is not TOML: Invalid value (at line 2, column 18)"),
        ("[run]\n[run]\n", "config.toml is not TOML"),
    ],
)
def test_an_error_names_file_line_key_and_what_to_write(config: Path, text: str, says: str) -> None:
    if "\\n" in text:
        text = text.replace("'", '"')
    assert says in error(config, text)


def test_a_whole_number_is_one_for_a_share_too_and_the_environment_says_numbers_as_text(config: Path) -> None:
    assert load(config, "[sameness]\nsame_from = 1\n").sameness.same_from == 1.0
    assert load(config, "[embeddings]\nseconds_a_night = 60\n").embeddings.seconds_a_night == 60.0
    env = {"CLUSTERBRIDGE_SAMENESS__SAME_FROM": "0.99", "CLUSTERBRIDGE_PORTAL__PORT": "8080", "CLUSTERBRIDGE_KEEP__EDITIONS": "3"}
    settings = load(config, "", env)
    assert (settings.sameness.same_from, settings.portal.port, settings.keep.editions) == (0.99, 8080, 3)


@pytest.mark.parametrize(
    "env", [{"CLUSTERBRIDGE_SAMENESS": '{"same_from": true}'}, {"CLUSTERBRIDGE_SAMENESS__SAME_FROM": "true"}]
)
def test_the_environment_says_no_number_with_true(config: Path, env: dict[str, str]) -> None:
    assert "sameness.same_from: input should be a valid number" in error(config, "", env)


def test_the_order_of_networks_is_the_operators(config: Path) -> None:
    settings = load(config, "[merge]\ndefault = ['eccp']\n[merge.fields]\nphone = ['clusters-of-sweden']\n")
    assert (settings.merge.default, settings.merge.fields) == (("eccp",), {"phone": ("clusters-of-sweden",)})


def test_all_errors_are_told_at_once(config: Path) -> None:
    assert error(config, "[run]\nzork = 1\n[keep]\neditions = 'x'\n").count("\n") == 1


def test_the_model_is_switched_off_as_the_message_says(config: Path) -> None:
    config.write_text("", encoding="utf-8")
    for off in ("false", "off"):
        assert not load_settings(config, {"CLUSTERBRIDGE_EMBEDDINGS__ENABLED": off}).embeddings.enabled


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "CLUSTERBRIDGE_OPERATOR__CONTAT",
            "x",
            "CLUSTERBRIDGE_OPERATOR__CONTAT: operator.contat: unknown key; did you mean 'contact'?",
        ),
        ("CLUSTERBRIDGE_OPERATR__CONTACT", "x", "CLUSTERBRIDGE_OPERATR__CONTACT: unknown key; did you mean 'operator'?"),
        ("CLUSTERBRIDGE_PORTAL__PORT", "web", "CLUSTERBRIDGE_PORTAL__PORT: portal.port: input should be a valid integer"),
        (
            "CLUSTERBRIDGE_EMBEDDINGS",
            "off",
            "CLUSTERBRIDGE_EMBEDDINGS: wanted a table, found 'off'; to switch it off, write embeddings.enabled = false in the"
            " file, or CLUSTERBRIDGE_EMBEDDINGS__ENABLED=false in the environment",
        ),
        (
            "CLUSTERBRIDGE_EMBEDDINGS",
            "0",
            "CLUSTERBRIDGE_EMBEDDINGS: embeddings: wanted a table, found 0; to switch it off",
        ),
        ("CLUSTERBRIDGE_PORTAL", "off", "CLUSTERBRIDGE_PORTAL: wanted a table, found 'off'; its keys are host, port, "),
        ("CLUSTERBRIDGE_LAKE", "postgres:secret", "CLUSTERBRIDGE_LAKE: wanted a table, found something else; its keys are"),
        ("CLUSTERBRIDGE_PORTAL__LANGUAGES", "sv,en", "CLUSTERBRIDGE_PORTAL__LANGUAGES: wanted a list or table as JSON"),
    ],
)
def test_an_error_of_the_environment_names_the_variable(config: Path, name: str, value: str, says: str) -> None:
    assert f"the environment variable {says}" in error(config, "", {name: value})


def test_what_may_hold_a_password_is_not_printed(config: Path) -> None:
    said = error(config, "[notify]\nurls = 'mailto://user:secret@clusters.example'\n")
    assert "notify.urls" in said
    assert "secret" not in said


def test_a_file_that_cannot_be_read_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"wanted a configuration at .*missing.toml, found: No such file"):
        load_settings(tmp_path / "missing.toml", {})
    with pytest.raises(ConfigError, match=r"Is a directory"):
        load_settings(None, {"CLUSTERBRIDGE_CONFIG": str(tmp_path)})
    (tmp_path / "latin.toml").write_bytes(b"# a\n# b\n# \xe5\n")
    with pytest.raises(ConfigError, match="line 3: wanted UTF-8 text, found the byte 0xe5"):
        load_settings(tmp_path / "latin.toml", {})


@given(before=st.integers(0, 4), blanks=st.integers(0, 3), style=st.sampled_from(["table", "dotted", "inline", "quoted"]))
def test_the_line_of_a_key_is_found_however_the_toml_is_written(before: int, blanks: int, style: str) -> None:
    lead = '[keep]\nx = """\n[run]\ny = 1\n"""\n' + "# y = 1\n" * before + "\n" * blanks
    form = {
        "table": "[run]\ny = 1\n",
        "dotted": "[zzz]\n[run.y]\nz = 1",
        "inline": "[a]\nb = {}\n[run]\ny = [\n1,\n]",
        "quoted": '[run]\n"y" = 1',
    }
    number = (lead + form[style].partition("y")[0]).count("\n") + 1
    assert line_of(lead + form[style], ("run", "y")) == number


def test_a_permission_counts_once_a_person_has_written_why_when_and_who() -> None:
    assert Permission().missing() == ["basis", "read_on", "by"]
    written = Permission(basis="terms read", read_on=date(2026, 11, 1), by="the board", until=date(2026, 12, 31))
    assert written.missing() == []
    assert written.missing(today=date(2026, 12, 31)) == []
    assert written.missing(today=date(2027, 1, 1)) == ["until"]
    assert Permission(basis="  ", read_on=date(2026, 11, 1), by="x").missing() == ["basis"]


def test_expectations_written_here_stand_in_for_the_networks_own_and_leave_the_others() -> None:
    own = Expectations(profiles_at_least=1000, pages_changed_at_most=0.1)
    assert NetworkSettings().expectations(own) == own
    ours = NetworkSettings.model_validate({"expect": {"profiles_at_least": 12}})
    assert ours.expectations(own) == own.model_copy(update={"profiles_at_least": 12})


def test_a_replica_on_loopback_may_be_hurried() -> None:
    ours = NetworkSettings(base="http://127.0.0.1:8001/", pace_seconds=0.0, allow_private=True)
    assert (ours.base, ours.pace_seconds) == ("http://127.0.0.1:8001", 0.0)


@pytest.mark.parametrize(
    "contact",
    [
        "clusters@example.org",
        "mailto:clusters+robot@mail.example.org",
        "https://example.org",
        "http://example.org:8080/we/robot?x=1",
        "",
    ],
)
def test_a_contact_is_a_mail_address_or_a_web_page(config: Path, contact: str) -> None:
    assert load(config, f"[operator]\ncontact = '  {contact} '\n").operator.contact == contact


def test_a_network_is_due_every_night_unless_its_cron_line_says_something_else(config: Path) -> None:
    config.write_text("[networks.eccp]\n[networks.tci]\ncron = ''\n", encoding="utf-8")
    crons = {name: network.cron for name, network in load_settings(config, {}).networks.items()}
    assert crons == {"eccp": "15 4 * * *", "tci": ""}


@pytest.mark.parametrize(
    "written",
    [
        '[notify]\nurls = ["mailto://me:hidden@example.org"]\n',
        '[notify]\nurls = [\n  "mailto://me:hidden@example.org", # hidden\n  "json://x",\n]\n[run]\nkeeps_at_least = 0.9\n',
        'notify = { urls = ["mailto://me:hidden@example.org"] }\n',
        'notify.urls = ["mailto://me:hidden@example.org"]\n',
        '[lake]\ncatalog = "ducklake:postgres:password=hidden"\ndata = "s3://key:hidden@bucket"\n',
    ],
)
def test_a_configuration_goes_into_a_backup_without_its_secrets(written: str) -> None:
    kept = '[operator]\n# who reads this\ncontact = "me@example.org"\n'
    text, left_out = without_secrets(kept + "\n" + written if written.startswith("[") else written + kept)
    assert "hidden" not in text
    assert kept in text
    assert all(f"# {key} was left out" in text for key in left_out)
    assert left_out
    tomllib.loads(text)


def test_a_configuration_without_secrets_stays_as_it_is() -> None:
    assert without_secrets("[run]\nkeeps_at_least = 0.9\n") == ("[run]\nkeeps_at_least = 0.9\n", ())
