"""The municipalities of an application: asked as the question of that kind is, with the same list and the same map."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from applications.enums import ConcernKind
from calls.questions import Surroundings
from calls.questions.municipalities import Municipalities

CODE = "@kommuner"
"""What the buttons of a county call it: no question can have that code."""
FIELD = "kommuner"
KIND = Municipalities()
QUESTION = SimpleNamespace(
    code=CODE, label="Kommuner som projektet berör", help_text="", settings={"scope": "applicants"}
)


def stored(application: Any) -> list[dict[str, str]]:
    """Code, name and county of each."""
    found: list[dict[str, str]] = application.concerns.get(ConcernKind.MUNICIPALITY.value, [])
    return found


def around(application: Any, regions: Callable[[], Any]) -> Surroundings:
    """What the question needs to know: the counties of those that apply, and what is chosen already."""
    return Surroundings(regions=regions, answers={CODE: stored(application)}, files={})
