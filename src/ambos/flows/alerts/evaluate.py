"""Evaluate the rules of a workspace and keep what they find in its outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ambos.catalog.alerts import load_alerts
from ambos.delivery.outbox import Outbox
from ambos.errors import AmbosError, CannotRead, CannotWrite
from ambos.flows.alerts.watch import Watch, watch
from ambos.flows.data.check import findings_held
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.alert import AlertRule, Memory
from ambos.model.answer import Answer
from ambos.text import Text

#: Keys of what is kept of a rule: the definition for which it holds, and what the rule remembers.
_RULE, _OWN = "rule", "own"


def evaluate(workspace: Workspace) -> int:
    """Evaluate every rule. What one finds is kept, with a delivery to each of its recipients, before the next is asked.

    A rule that is new, or whose definition changed, takes what is held as known; only a threshold fires at once.

    Returns
    -------
    int
        The number of new events. A rule that cannot be evaluated keeps why, and remembers what it did.

    Raises
    ------
    DefinitionError, CannotRead, CannotWrite
    """
    alerts = load_alerts(workspace.catalog, workspace.folder)
    outbox = Outbox(workspace.folder)
    memories, new = outbox.memories(), 0

    @cache
    def findings() -> Sequence[Finding]:
        return findings_held(workspace)

    of = Watch(workspace, findings, workspace.clock())
    for rule in alerts.rules.values():
        memory = memories.get(rule.id)
        kept = memory.kept if memory and memory.kept.get(_RULE) == _digest(rule) else {}
        try:
            events, own = watch(rule, of, kept.get(_OWN))
        except (CannotRead, CannotWrite):
            raise
        except AmbosError as error:
            outbox.keep(Memory(rule.id, of.now, kept, error.message()), (), ())
            continue
        now = Memory(rule.id, of.now, {_RULE: _digest(rule), _OWN: own}, None)
        new += outbox.keep(now, events, alerts.recipients_of(rule.id))
    return new


def _digest(rule: AlertRule) -> str:
    """Another text for another definition; its name counts for nothing."""
    return hashlib.sha256(repr(replace(rule, name=Text.same("-"))).encode()).hexdigest()[:16]


def after_build(workspace: Workspace, answer: Answer) -> Answer:
    """Evaluate the rules after a build and say so in its answer; a build does not fail for a rule."""
    try:
        new = evaluate(workspace)
    except AmbosError as error:
        problem = Text("Alerts were not evaluated: ", "No se evaluaron las alertas: ") + error.message()
        return replace(answer, problems=(*answer.problems, problem))
    if not new:
        return answer
    said = Text(
        "Alerts fired: {count}. ambos alerts lists them, ambos alerts deliver sends them.",
        "Alertas disparadas: {count}. ambos alerts las enumera y ambos alerts deliver las envía.",
    )
    return replace(answer, notes=(*answer.notes, said.format(count=new)))
