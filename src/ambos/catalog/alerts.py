"""Load the rules of alerts: those of the region, and rules, recipients and mail server of the workspace."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ambos.catalog.catalog import Catalog
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import UnknownName
from ambos.model import Series
from ambos.model.alert import AlertRule, Alerts, MailServer, Recipient

#: Name of the file in the folder of a region and in that of a workspace.
FILE = "alerts.toml"
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
#: An id names a rule in addresses and on the command line.
_ID = re.compile(r"[a-z0-9_]{1,60}")


def load_alerts(catalog: Catalog, folder: Path | None = None) -> Alerts:
    """Read the rules of a region and of a workspace.

    Parameters
    ----------
    catalog : Catalog
    folder : Path, optional
        Of the workspace.

    Raises
    ------
    DefinitionError
        With every problem found: recipients and mail server are of the workspace only; a rule names what exists.
    """
    problems = Problems()
    rules: dict[str, AlertRule] = {}
    of_region = catalog.snapshot_folder.parent / FILE
    if of_region.is_file():
        file = open_toml(of_region, problems)
        file.keys(file.tree, (), "alert")
        _read_rules(file, catalog, rules)
    own = folder / FILE if folder else None
    if own is None or not own.is_file():
        problems.refuse()
        return Alerts(rules)
    file = open_toml(own, problems)
    file.keys(file.tree, (), "alert recipient mail site")
    _read_rules(file, catalog, rules)
    recipients = {
        id: _recipient(file, file.read(Recipient, body, ("recipient", id), id=id), rules)
        for id, body in _tables(file, "recipient").items()
    }
    written = file.tree.get("mail")
    mail = _mail(file) if written is not None else None
    site = file.value(str, "site", file.tree.get("site", ""), ("site",))
    if site and urlsplit(site).scheme not in ("http", "https"):
        file.say(("site",), f"site: {site!r} is not a web address / no es una dirección web")
    if mail is None and (by_mail := [r.id for r in recipients.values() if r.email]):
        at = ("recipient", by_mail[0])
        file.say(at, "an e-mail address needs [mail] with the server / un correo requiere [mail] con el servidor")
    problems.refuse()
    return Alerts(rules, recipients, mail, site.rstrip("/"))


def _tables(file: TomlFile, key: str) -> dict[str, Mapping[str, Any]]:
    """The tables under a key, by their ids."""
    made: dict[str, Mapping[str, Any]] = {}
    for id, body in file.inside(file.tree, (), key).items():
        if not _ID.fullmatch(id):
            file.say((key, id), f"{id!r}: only a-z, 0-9 and _ / solo a-z, 0-9 y _")
        if isinstance(body, dict):
            made[id] = body
        else:
            file.say((key, id), f"{id}: a table is wanted, not {body!r} / se esperaba una tabla")
    return made


def _read_rules(file: TomlFile, catalog: Catalog, rules: dict[str, AlertRule]) -> None:
    for id, body in _tables(file, "alert").items():
        if id in rules:
            file.say(("alert", id), f"{id} is defined twice / está definida dos veces")
        rules[id] = file.read(AlertRule, body, ("alert", id), id=id)
        _check_rule(file, catalog, rules[id], body)


def _check_rule(file: TomlFile, catalog: Catalog, rule: AlertRule, body: Mapping[str, Any]) -> None:
    """Note keys that say nothing in a rule of its kind, keys that are missing, and names of nothing."""
    path = ("alert", rule.id)
    own = {
        "threshold": {"series", "place", "item", "above", "below", "clears", "newest_hours"},
        "finding": {"place", "severity", "check", "dataset"},
        "tier": {"series", "place", "margin"},
        "figures": {"series", "place", "item"},
        "revision": {"series", "place", "item"},
    }[rule.when]
    for key in body:
        if key not in own | {"name", "when"} and key in AlertRule.__dataclass_fields__:
            file.say(
                (*path, key), f"{key} says nothing in a rule of {rule.when} / no se usa en una regla de {rule.when}"
            )
    if rule.when != "finding":
        if not rule.series:
            file.say(path, "series is missing / falta series")
        elif file.choice("series", rule.series, catalog.series, (*path, "series")):
            _check_item(file, catalog, rule, path)
    if rule.place:
        try:
            catalog.place(rule.place)
        except UnknownName as error:
            file.say((*path, "place"), f"place: {error.say('en')} / {error.say('es')}")
    if rule.dataset:
        file.choice("dataset", rule.dataset, catalog.datasets, (*path, "dataset"))
    if rule.when == "threshold":
        _check_threshold(file, rule, path)
    what = catalog.series.get(rule.series)
    if rule.when in ("figures", "revision") and isinstance(what, Series) and what.frequency == "H":
        file.say((*path, "series"), f"{what.id} is of hours; use a threshold / es por hora; use un umbral")


def _check_item(file: TomlFile, catalog: Catalog, rule: AlertRule, path: tuple[str, ...]) -> None:
    """Note an item whose parts are no codes of the columns of the series."""
    what = catalog.series[rule.series]
    if not rule.item or not isinstance(what, Series):
        return
    dataset, parts = catalog.datasets[what.dataset], rule.item.split("/")
    if len(parts) != len(what.items):
        file.say((*path, "item"), f"item: {len(what.items)} parts are wanted / se esperan {len(what.items)} partes")
    for column, part in zip(what.items, parts, strict=False):
        codes = (dataset.column(column).codes if column in dataset.keys else None) or ""
        if codes in catalog.codelists:
            file.choice("item", part, catalog.codelists[codes].codes, (*path, "item"))


def _check_threshold(file: TomlFile, rule: AlertRule, path: tuple[str, ...]) -> None:
    if (rule.above is None) == (rule.below is None):
        file.say(path, "either above or below is wanted / se espera above o bien below")
        return
    if rule.newest_hours is None:
        file.say(path, "newest_hours is missing / falta newest_hours")
    wrong = rule.clears is not None and (
        rule.clears > rule.above if rule.above is not None else rule.clears < (rule.below or 0)
    )
    if wrong:
        file.say(
            (*path, "clears"),
            "clears lies on the side that fires / clears está del lado que dispara",
        )


def _recipient(file: TomlFile, one: Recipient, rules: Mapping[str, AlertRule]) -> Recipient:
    path = ("recipient", one.id)
    if not one.email and not one.webhook:
        file.say(path, "email or webhook is missing / falta email o webhook")
    if one.email and not _EMAIL.fullmatch(one.email):
        file.say((*path, "email"), f"email: {one.email!r} is no address / no es una dirección de correo")
    if one.webhook and not _may_be_sent_to(one.webhook):
        file.say(
            (*path, "webhook"),
            "webhook: https is wanted, or http on this machine (127.0.0.1, ::1, localhost) "
            "/ se espera https, o http en este equipo (127.0.0.1, ::1, localhost)",
        )
    for i, rule in enumerate(one.alerts):
        file.choice("alerts", rule, rules, (*path, "alerts", i))
    return one


def _may_be_sent_to(address: str) -> bool:
    """Return True if a webhook may have the address: no user in it, and no plain text that leaves the machine."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    sound = address.isascii() and address.isprintable() and " " not in address and "@" not in parts.netloc
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return sound and bool(host) and port != 0 and secure


def is_loopback(host: str) -> bool:
    """Return True if a host is this machine: ``localhost``, or an address of the loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _mail(file: TomlFile) -> MailServer:
    mail = file.read(MailServer, file.inside(file.tree, (), "mail"), ("mail",))
    if not _EMAIL.fullmatch(mail.sender):
        file.say(("mail", "sender"), f"sender: {mail.sender!r} is no address / no es una dirección de correo")
    if mail.security == "none" and not is_loopback(mail.host):
        file.say(
            ("mail", "security"),
            'security: "none" only for a server on this machine / "none" solo para un servidor en este equipo',
        )
    return mail
