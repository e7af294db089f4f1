"""`ambos alerts`: the rules with their state, what they found, and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ambos.catalog.alerts import load_alerts
from ambos.delivery.outbox import Outbox
from ambos.flows.alerts.deliver import deliver
from ambos.flows.alerts.evaluate import evaluate
from ambos.flows.workspace import Workspace
from ambos.model.alert import AlertRule, Delivery, Event, Memory
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View
from ambos.numbers import amount, both, day
from ambos.text import LANGUAGES, Text

#: Events and deliveries that are listed; the newest.
MOST = 50
_WHEN = {
    "threshold": Text("A figure past a threshold", "Una cifra que pasa un umbral"),
    "finding": Text("A new finding", "Un hallazgo nuevo"),
    "tier": Text("Another tier of Lake Mead", "Otro nivel de escasez del lago Mead"),
    "figures": Text("New figures", "Cifras nuevas"),
    "revision": Text("Revised figures", "Cifras revisadas"),
}
_STATES = {
    "never": Text("not yet evaluated here", "aún no se evalúa aquí"),
    "fired": Text("fired, not yet cleared", "disparada, aún no se despeja"),
    "waits": Text("waits", "en espera"),
    "problem": Text("cannot be evaluated", "no se puede evaluar"),
}
_SENT = {
    "waiting": Text("to be sent", "por enviar"),
    "sent": Text("sent", "enviada"),
    "refused": Text("refused", "rechazada"),
}
_CHANNELS = {"email": Text("e-mail", "correo"), "webhook": Text("webhook", "webhook")}


def alerts_answer(workspace: Workspace, action: str = "", *, again: bool = False) -> Answer:
    """Show the rules of a workspace, what they found and the deliveries; evaluate or deliver before.

    Parameters
    ----------
    workspace : Workspace
    action : {"", "evaluate", "deliver"}
    again : bool
        Deliver without waiting for the pauses, and what was refused as well.

    Raises
    ------
    DefinitionError, CannotRead, CannotWrite
    """
    problems: tuple[Text, ...] = ()
    title, failed = _TITLE, False
    if action == "evaluate":
        title = Text("New alerts: {count}", "Alertas nuevas: {count}").format(count=both(evaluate(workspace)))
    if action == "deliver":
        done = deliver(workspace, again=again)
        if done["busy"]:
            problems = (Text("Another process is delivering.", "Otro proceso está enviando."),)
        failed = bool(done["busy"] or done["refused"] or done["waiting"])
        title = Text(
            "Sent: {sent}; to be tried again: {waiting}; refused: {refused}",
            "Enviadas: {sent}; por reintentar: {waiting}; rechazadas: {refused}",
        ).format(**{state: both(done[state]) for state in _SENT})
    return _answer(workspace, title, problems, failed=failed, private=True)


def public_answer(workspace: Workspace) -> Answer:
    """Show the rules and what they found, without who was told."""
    return _answer(workspace, _TITLE, (), failed=False, private=False)


def fired(workspace: Workspace, count: int) -> list[Event]:
    """Give the newest events of a workspace, newest first."""
    return Outbox(workspace.folder).events(count)


_TITLE = Text("Alerts", "Alertas")


def _answer(workspace: Workspace, title: Text, problems: Sequence[Text], *, failed: bool, private: bool) -> Answer:
    alerts = load_alerts(workspace.catalog, workspace.folder)
    outbox = Outbox(workspace.folder)
    memories, last = outbox.memories(), outbox.last_fired()
    tables = [
        _rules(workspace, list(alerts.rules.values()), memories, last),
        _events(workspace, outbox.events(MOST)),
    ]
    notes = [
        Text(
            "Rules are evaluated after each build. An alert says what a figure said when it was read; it is no warning "
            "service and may come hours late.",
            "Las reglas se evalúan después de cada carga de datos. Una alerta dice lo que decía una cifra al leerla; no "
            "es un servicio de emergencia y puede llegar con horas de retraso.",
        )
    ]
    if private:
        tables.append(_deliveries(workspace, outbox.deliveries(MOST)))
        if not alerts.recipients:
            notes.append(
                Text(
                    "Nobody is told: the workspace has no alerts.toml with recipients. The feed and the page have them all.",
                    "No se avisa a nadie: el espacio de trabajo no tiene un alerts.toml con destinatarios. El canal y la página las tienen todas.",
                )
            )
    return Answer("alerts", title, tuple(tables), notes=tuple(notes), problems=tuple(problems), failed=failed)


def _rules(
    workspace: Workspace,
    rules: Sequence[AlertRule],
    memories: dict[str, Memory],
    last: dict[str, tuple[Event, int]],
) -> Table:
    columns = (
        Column("rule", Text("Rule", "Regla")),
        Column("when", Text("Waits for", "Espera")),
        Column("condition", Text("Condition", "Condición")),
        Column("state", Text("State", "Estado")),
        Column("last_fired", Text("Last fired", "Última vez")),
        Column("fired", Text("Times", "Veces")),
        Column("evaluated", Text("Evaluated", "Evaluada")),
        Column("problem", Text("Problem", "Problema")),
    )
    rows: list[tuple[Cell, ...]] = []
    for rule in rules:
        memory = memories.get(rule.id)
        event, count = last.get(rule.id, (None, 0))
        rows.append(
            (
                Named(rule.id, rule.name),
                Named(rule.when, _WHEN[rule.when]),
                _condition(workspace, rule),
                Named(state := _state(rule, memory), _STATES[state]),
                _moment(workspace, event.fired_at if event else None),
                count,
                _moment(workspace, memory.evaluated_at if memory else None),
                memory.problem if memory else None,
            )
        )
    title = Text("Rules", "Reglas")
    keys = tuple(c.key for c in columns if c.key != "problem" or any(row[-1] for row in rows))
    return Table("rules", title, columns, tuple(rows), views=(View(title, keys),))


def _state(rule: AlertRule, memory: Memory | None) -> str:
    if memory is None:
        return "never"
    if memory.problem:
        return "problem"
    own = memory.kept.get("own") or {}
    return "fired" if rule.when == "threshold" and any(one["fired"] for one in own.values()) else "waits"


def _condition(workspace: Workspace, rule: AlertRule) -> Text:
    """Say what a rule watches: series, place, item, threshold, and what clears it."""
    catalog = workspace.catalog
    parts: list[Text] = []
    if rule.series:
        parts.append(catalog.series[rule.series].title)
    if rule.place:
        parts.append(catalog.place(rule.place).name)
    if rule.item:
        parts.append(catalog.item_name(catalog.series[rule.series], rule.item))
    if rule.dataset:
        parts.append(catalog.datasets[rule.dataset].title)
    if rule.severity:
        parts.append(catalog.message(f"brief.page.{rule.severity}"))
    if rule.check:
        parts.append(Text.same(rule.check))
    limit = rule.above if rule.above is not None else rule.below
    if limit is not None:
        side = (
            Text("above {limit}", "más de {limit}")
            if rule.above is not None
            else Text("below {limit}", "menos de {limit}")
        )
        parts.append(side.format(limit=amount(limit)))
        clears = Text("clears at {limit}", "se despeja en {limit}")
        parts.append(clears.format(limit=amount(limit if rule.clears is None else rule.clears)))
    if rule.margin:
        parts.append(Text("by {limit} ft or more", "por {limit} pies o más").format(limit=amount(rule.margin)))
    if not parts:
        return Text("anything", "cualquiera")
    return Text(*(" · ".join(part[language] for part in parts) for language in LANGUAGES))


def _events(workspace: Workspace, events: Sequence[Event]) -> Table:
    alerts = load_alerts(workspace.catalog, workspace.folder)
    columns = (
        Column("fired_at", Text("Fired", "Disparada")),
        Column("rule", Text("Alert", "Alerta")),
        Column("text", Text("What was found", "Qué se encontró")),
        Column("sources", None),
        Column("link", None),
        Column("key", None),
        Column("figure", None),
    )
    rows = tuple(
        (
            _moment(workspace, e.fired_at),
            Named(e.rule, alerts.rules[e.rule].name if e.rule in alerts.rules else e.title),
            e.text,
            e.sources,
            e.link,
            e.key,
            dict(e.figure),
        )
        for e in events
    )
    return Table("events", Text("What was found", "Qué se encontró"), columns, rows)


def _deliveries(workspace: Workspace, deliveries: Sequence[Delivery]) -> Table:
    columns = (
        Column("fired_at", Text("Fired", "Disparada")),
        Column("rule", Text("Alert", "Alerta")),
        Column("recipient", Text("Recipient", "Destinatario")),
        Column("channel", Text("By", "Por")),
        Column("state", Text("State", "Estado")),
        Column("attempts", Text("Attempts", "Intentos")),
        Column("sent_at", Text("Sent", "Enviada")),
        Column("due_at", Text("Next attempt", "Próximo intento")),
        Column("problem", Text("Problem", "Problema")),
        Column("id", None),
    )
    rows = tuple(
        (
            _moment(workspace, d.event.fired_at),
            Named(d.event.rule, d.event.title),
            d.recipient,
            Named(d.channel, _CHANNELS[d.channel]),
            Named(d.state, _SENT[d.state]),
            d.attempts,
            _moment(workspace, d.sent_at),
            _moment(workspace, d.due_at if d.state == "waiting" else None),
            d.problem,
            d.id,
        )
        for d in deliveries
    )
    return Table("deliveries", Text("Deliveries", "Envíos"), columns, rows)


def _moment(workspace: Workspace, at: datetime | None) -> Cell:
    """A moment, by the clock of the region."""
    if at is None:
        return None
    local = at.astimezone(ZoneInfo(workspace.catalog.region.zone))
    return Shown(
        local.isoformat(timespec="seconds"), Text(*(f"{day(local.date(), k)}, {local:%H:%M}" for k in LANGUAGES))
    )
