"""Where the project takes place, and how spatial the strategy is before and after it."""

from __future__ import annotations

from typing import Any

from applications.drafting.opening import opened, saved, stop_if
from applications.drafting.parties import MAX_CONTRIBUTION
from applications.enums import ConcernKind, Section, SpatialLevel
from applications.models import Application
from applications.objectives import regions_of
from applications.places import KIND, QUESTION, around
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.text import clean_text, too_long

LEVELS = {
    "spatial_before": "så rumslig strategin är i dag",
    "spatial_after": "så rumslig strategin blir efter projektet",
}


@whole
def save_place(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """``data``: municipalities (codes), spatial_before and spatial_after (1–5 or None), spatial_how."""
    row = opened(application, Section.OBJECTIVES, by=by, version=version)
    reasons: list[Any] = []
    chosen: Any = None
    if data.get("municipalities"):
        chosen, faults = KIND.check(QUESTION, data["municipalities"], around(row, lambda: regions_of(row)))
        reasons += [Reason(text, "kommuner") for text, _ in faults]
    for name, words in LEVELS.items():
        if data.get(name) is not None and data[name] not in SpatialLevel.values:
            reasons.append(Reason(f"Välj hur {words} på skalan.", name))
    how = clean_text(data.get("spatial_how") or "").strip()
    reasons += too_long("Texten om hur strategin blir mer rumslig", how, MAX_CONTRIBUTION, "spatial_how")
    stop_if(reasons)
    others = {kind: rows for kind, rows in row.concerns.items() if kind != ConcernKind.MUNICIPALITY}
    row.concerns = {**others, **({ConcernKind.MUNICIPALITY.value: chosen} if chosen else {})}
    row.spatial_before, row.spatial_after = data.get("spatial_before"), data.get("spatial_after")
    row.spatial_how = how
    return saved(row)
