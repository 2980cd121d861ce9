"""What is left to say of place, where the call asks."""

from __future__ import annotations

from typing import Any

from applications.blockers_money import is_writing
from applications.enums import Section
from grants.core.exceptions import Reason


def place_missing(application: Any) -> list[Reason]:
    """How spatial the strategy is before and after. Municipalities may be none: a way of working need not have a place."""
    if not application.call.asks_spatial or not is_writing(application, Section.OBJECTIVES):
        return []
    found = []
    if application.spatial_before is None:
        found.append(Reason("Välj hur rumslig strategin är i dag.", "geografi#spatial_before_0"))
    if application.spatial_after is None:
        found.append(Reason("Välj hur rumslig strategin blir efter projektet.", "geografi#spatial_after_0"))
    return found
