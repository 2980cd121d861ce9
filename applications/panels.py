"""Parts of the applicant's pages that later stages add: the decision, its outcome, the project. The pages do not know who adds them.

A panel is a function (application, user) -> (template name, context) or None when it has nothing to show. It is called
for one application at a time and starts from ``visible_to(user)`` like every page. The outcome has one source, asked for
all the rows of a list at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from applications.enums import CLOSED_STATES
from grants.core.enums import StateChoices

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]
OutcomesOf = Callable[[Iterable[Any], Any], Mapping[Any, StateChoices]]
_outcomes: list[OutcomesOf] = []
_panels: list[tuple[int, Panel]] = []


def register(panel: Panel, *, order: int = 50) -> Panel:
    """Add a panel; called in ``AppConfig.ready`` of the stage that owns it. Lower order stands higher."""
    if panel not in [known for _, known in _panels]:
        _panels.append((order, panel))
        _panels.sort(key=lambda entry: entry[0])
    return panel


def unregister(panel: Panel) -> None:
    """Take a panel away again."""
    _panels[:] = [entry for entry in _panels if entry[1] != panel]


def panels_of(application: Any, user: Any) -> list[tuple[str, dict[str, Any]]]:
    """What the registered panels show to this person."""
    return [shown for _, panel in _panels if (shown := panel(application, user)) is not None]


def register_outcomes(source: OutcomesOf) -> None:
    """Say who knows how applications ended: a function (applications, user) -> {primary key: outcome}."""
    _outcomes[:] = [source]


def badges_of(applications: Iterable[Any], user: Any) -> dict[Any, Any]:
    """What each application's badge shows, by primary key: the outcome once the person may know it, else the application."""
    rows = list(applications)
    known: dict[Any, Any] = {row.pk: row for row in rows}
    for source in _outcomes:
        known |= source([row for row in rows if row.state in CLOSED_STATES], user)
    return known
