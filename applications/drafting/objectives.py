"""RUS objectives, strategic areas and the theme."""

from __future__ import annotations

from typing import Any

from applications.choices import not_choosable
from applications.drafting.opening import kept_when_sent, opened, saved, stop_if
from applications.drafting.parties import MAX_CONTRIBUTION
from applications.enums import ConcernKind, Section
from applications.models import (
    Application,
    FurtherArea,
    ObjectiveLink,
)
from calls.concerned import LISTS, concerned
from calls.reading import scope_of
from grants.core.exceptions import Reason
from grants.core.held import whole
from grants.core.rows import write_rows
from grants.core.text import clean_text, too_long


@whole
def save_objectives(application: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
    """RUS objectives with how the project contributes, the main one, strategic areas, and the theme (its key) if ``data`` has it.

    ``data["concerns"]``, if it has it: by kind of list the codes of what the project concerns; other kinds stay as they are.
    """
    row = opened(application, Section.OBJECTIVES, by=by, version=version)
    links = [
        ObjectiveLink(
            application=row,
            objective=given["objective"],
            contribution=clean_text(given.get("contribution") or "").strip(),
        )
        for given in data.get("links") or []
    ]
    chosen = [link.objective_id for link in links]
    main, main_area = data.get("main_objective"), data.get("main_area")
    theme_id = data.get("theme", row.theme_id)
    reasons: list[Any] = []
    choosable = scope_of(row.call).themes
    if theme_id is not None and theme_id not in choosable and theme_id != row.theme_id:
        reasons.append(Reason("Välj ett av utlysningens teman.", "theme"))
    if choosable:
        reasons += kept_when_sent(row, theme_id, "Välj det tema som ansökan gäller.", "theme")
    if len(set(chosen)) != len(chosen) or not_choosable(row, set(chosen)):
        reasons.append(Reason("Välj mål ur listan över de sökande regionernas strategier.", "mal"))
    if main is not None and main.pk not in chosen:
        reasons.append(Reason(f"Kryssa för målet ”{main.label}” om projektet främst bidrar till det.", "mal"))
    reasons += kept_when_sent(row, main, "Välj det RUS-mål som projektet främst bidrar till.", "mal")
    reasons += kept_when_sent(row, main_area, "Välj det strategiska område som projektet främst hör till.", "main_area")
    for link in links:
        reasons += too_long(
            f"Texten om ”{link.objective.label}”", link.contribution, MAX_CONTRIBUTION, f"mal-{link.objective_id}-hur"
        )
    concerns, faults = chosen_concerns(row, data.get("concerns") or {})
    stop_if(reasons + faults)
    row.concerns = concerns
    further = {area.pk: area for area in data.get("further_areas") or [] if area != main_area}
    areas = [FurtherArea(application=row, area=area) for area in sorted(further.values(), key=lambda area: area.order)]
    write_rows(row, "objective_links", links, lambda link: link.objective_id, in_order=True, as_read=True)
    write_rows(row, "further_areas", areas, lambda one: one.area_id, as_read=True)
    row.main_objective, row.main_area, row.theme_id = main, main_area, theme_id
    return saved(row)


def chosen_concerns(row: Application, given: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """What the application concerns after the choice, in the lists' words: among what the call names and what is held."""
    found, reasons = dict(row.concerns), []
    for kind, *_ in LISTS:
        if kind not in given:
            continue
        held = {one["code"]: one["label"] for one in found.get(kind, ())}
        listed = concerned(row.call).get(kind, {})
        known = {**listed, **held, **listed}  # in the list's order and words; what it no longer has comes last
        codes = list(dict.fromkeys(given[kind] or ()))
        if any(code not in known for code in codes):
            reasons.append(Reason(f"Välj {ConcernKind(kind).label.lower()} ur listan.", kind))
            continue
        order = list(known)
        found[kind] = [{"code": code, "label": known[code]} for code in sorted(codes, key=order.index)]
    return {kind: rows for kind, rows in found.items() if rows}, reasons
