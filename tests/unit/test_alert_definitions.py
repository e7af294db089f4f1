"""Rules of alerts as definitions: what is read, and what is refused by file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alert_samples import CARS
from ambos.catalog import Catalog
from ambos.catalog.alerts import load_alerts
from ambos.errors import DefinitionError
from ambos.model.alert import Alerts

MAIL = """
[mail]
host = "mail.example.org"
sender = "alerts@example.org"
"""


def load(catalog: Catalog, folder: Path, toml: str) -> object:
    (folder / "alerts.toml").write_text(toml, encoding="utf-8")
    return load_alerts(replace(catalog, snapshot_folder=folder / "region" / "snapshot"), folder)


def test_the_region_has_the_three_rules_of_which_people_ask(catalog: Catalog) -> None:
    rules = load_alerts(catalog).rules
    assert {"deconcini_cars", "nogales_finding", "mead_tier"} <= rules.keys()
    assert rules["deconcini_cars"].above == 90 and rules["deconcini_cars"].clears == 60


def test_a_workspace_adds_rules_and_recipients_to_those_of_the_region(catalog: Catalog, tmp_path: Path) -> None:
    written = CARS + '[recipient.desk]\nlanguage = "es"\nemail = "mesa@example.org"\nalerts = ["mead_tier"]\n' + MAIL
    (tmp_path / "alerts.toml").write_text(written, encoding="utf-8")
    alerts = load_alerts(catalog, tmp_path)
    assert {"cars", "mead_tier"} <= alerts.rules.keys()
    assert [r.id for r in alerts.recipients_of("mead_tier")] == ["desk"] and not alerts.recipients_of("cars")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('place = "nogales-deconcini"', 'place = "nogales-deconcino"', "alerts.toml:6: place"),
        ('"waits.reports"', '"waits.report"', "alerts.toml:5: series 'waits.report' is not known"),
        ("passenger/standard", "passenger/standart", "alerts.toml:7: item 'standart' is not known"),
        ("passenger/standard", "passenger", "alerts.toml:7: item: 2 parts are wanted"),
        ("clears = 60", "clears = 100", "alerts.toml:9: clears lies on the side that fires"),
        ("above = 90\n", "", "either above or below is wanted"),
        ("above = 90", "above = 90\nbelow = 10", "either above or below is wanted"),
        ("newest_hours = 6\n", "", "newest_hours is missing"),
        ("newest_hours = 6", "newest_hours = 0", "newest_hours: 0.0 is not from 1"),
        ("clears = 60", 'clears = 60\nseverity = "high"', "severity says nothing in a rule of threshold"),
        ("clears = 60", "claers = 60", "alerts.toml:9: claers is not known"),
        ('"threshold"', '"revision"', "waits.reports is of hours"),
        ('es = "Autos con más de 90 minutos"', 'es = ""', "alerts.toml:3"),
        ("[alert.cars]", '[alert."Cars at DeConcini"]', "only a-z, 0-9 and _"),
    ],
)
def test_what_is_wrong_in_a_rule_is_named_with_its_line(
    catalog: Catalog, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in CARS
    with pytest.raises(DefinitionError) as caught:
        load(catalog, tmp_path, CARS.replace(old, new))
    assert said in caught.value.say("en")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[recipient.a]\nlanguage = "es"\n', "alerts.toml:1: email or webhook is missing"),
        ('[recipient.a]\nlanguage = "fr"\nemail = "a@b.mx"\n' + MAIL, "alerts.toml:2: language 'fr' is not known"),
        ('[recipient.a]\nlanguage = "es"\nemail = "a@b.mx"\n', "needs [mail] with the server"),
        ('[recipient.a]\nlanguage = "es"\nemail = "a@b.mx\\nBcc: c@d.mx"\n' + MAIL, "is no address"),
        ('[recipient.a]\nlanguage = "es"\nwebhook = "http://example.org/x"\n', "https is wanted"),
        ('[recipient.a]\nlanguage = "es"\nwebhook = "https://u:p@example.org/x"\n', "https is wanted"),
        ('[recipient.a]\nlanguage = "es"\nwebhook = "file:///etc/passwd"\n', "https is wanted"),
        ('[recipient.a]\nlanguage = "es"\nwebhook = "https://e.mx/"\nalerts = ["b"]\n', "alerts.toml:4: alerts 'b'"),
        (MAIL.replace("[mail]", '[mail]\nsecurity = "none"'), '"none" only for a server on this machine'),
        (MAIL + 'password = "secret"\n', "password is not known"),
        ('site = "example.org"\n', "is not a web address"),
    ],
)
def test_what_is_wrong_with_who_is_told_is_named(catalog: Catalog, tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(catalog, tmp_path, toml)
    assert said in caught.value.say("en")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_webhook_on_this_machine_needs_no_encryption(catalog: Catalog, tmp_path: Path, host: str) -> None:
    load(catalog, tmp_path, f'[recipient.a]\nlanguage = "es"\nwebhook = "http://{host}:8080/x"\n')


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_example_of_the_documentation_is_sound(catalog: Catalog, tmp_path: Path, language: str) -> None:
    page = Path(__file__).parents[2] / "docs" / language / "how-to" / "alerts.md"
    written = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    alerts = load(catalog, tmp_path, written)
    assert isinstance(alerts, Alerts)
    assert len(alerts.rules) == 4 and len(alerts.recipients) == 2 and alerts.mail
