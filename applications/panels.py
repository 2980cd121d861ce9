"""Parts of the applicant's page that later stages add: the decision, the project. The page does not know who adds them.

A panel is a function (application, user) -> (template name, context) or None when it has nothing to show. It is called
for one application at a time and starts from ``visible_to(user)`` like every page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]
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
