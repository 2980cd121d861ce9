"""The forms of a set-up page for a certain call: with its choices, filled from what is saved or from what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calls import rules, standards
from calls.enums import ConsultedBody, CostTypeCode, DecisionKind
from calls.forms import lists as rows
from calls.forms import parts as fixed
from calls.forms.rows import Rows, TickedRows, as_typed, offer
from calls.models import Call, Programme
from calls.parts import Part
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.strategy.models import (
    DialogueTheme,
    KeyQuestion,
    PlanningLevel,
    Region,
    SocietalChallenge,
    StrategicArea,
)

FORMS: dict[str, type[fixed.PartForm]] = {
    "basics": fixed.BasicsForm,
    "wording": fixed.WordingForm,
    "themes": fixed.ThemesForm,
    "applicants": fixed.ApplicantsForm,
    "concerns": fixed.ConcernsForm,
    "money": fixed.MoneyForm,
    "judging": fixed.JudgingForm,
    "decisions": fixed.DecisionsForm,
}
LINKED: dict[str, Any] = {
    "counties": Region,
    "challenges": SocietalChallenge,
    "key_questions": KeyQuestion,
    "dialogue_themes": DialogueTheme,
    "planning_levels": PlanningLevel,
}
ALL_REGIONS = "all"
"""The press of a button that invites every region."""
MOST_ROWS = 120


def fixed_form(
    call: Call, part: Part, held: dict[str, Any], *, user: Any, data: Any = None, check: bool = True
) -> fixed.PartForm:
    """The page's fixed fields with their choices."""
    form_class = FORMS[part.key]
    initial = {name: held[name] for name in (*part.fields, *part.links)}
    if data is not None and not check:
        initial = as_typed(form_class, data)
    form = form_class(data if check else None, initial=initial, use_required_attribute=False)
    offer(form, _choices(part, held, user))
    return form


def _choices(part: Part, held: dict[str, Any], user: Any) -> dict[str, Any]:
    """What can be chosen in the page's fields, with what the call has already chosen, though it may have ended since."""
    if part.key == "basics":
        managed = rules.managed_authorities(user)
        programmes = _with(Programme.objects.filter(authority__in=managed), [held["programme"]])
        return {
            "programme": [(row, str(row)) for row in programmes],
            "authority": [(row, str(row)) for row in managed],
        }
    offered = {name: _with(model.objects.current(), held[name]) for name, model in LINKED.items() if name in held}
    return {name: [(row, _label(row)) for row in found] for name, found in offered.items()}


def _with(found: Any, held: list[Any]) -> list[Any]:
    rows = list(found)
    return rows + [row for row in held if row is not None and row not in rows]


def _label(row: Any) -> str:
    """A reference row as people call it."""
    names = ("county_name", "question_sv", "name_sv", "label_sv")
    return next(str(getattr(row, name)) for name in names if hasattr(row, name))


def group(name: str, call: Call, held: list[dict[str, Any]], **given: Any) -> Rows | TickedRows:
    """The rows of one list. ``given``: data, check and move of the page."""
    return GROUPS[name](call, held, given)


def _rows(form_class: type[rows.RowForm], name: str, row_name: str, add_label: str, most: int) -> Callable[..., Rows]:
    def build(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> Rows:
        return Rows(form_class, name, row_name=row_name, add_label=add_label, most=most, initial=held, **given)

    return build


def _years(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> Rows:
    themes = list(call.themes.select_related("track"))
    tracks = {theme.track_id for theme in themes}
    leaves = [
        (theme, f"{theme.track}: {theme}" if theme.track else str(theme)) for theme in themes if theme.pk not in tracks
    ]
    return Rows(
        rows.YearRow,
        "years",
        row_name="År, rad",
        add_label="Lägg till år",
        most=MOST_ROWS,
        initial=held,
        options={"theme": leaves},
        **given,
    )


def _invitations(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> Rows:
    invited = {row["organisation"].pk: row["organisation"] for row in held}
    open_to = list(Organisation.objects.applicants()) + [row for row in invited.values() if not row.is_applicant]
    made = Rows(
        rows.InvitationRow,
        "invitations",
        row_name="Inbjuden",
        add_label="Lägg till organisation",
        most=MOST_ROWS,
        initial=held,
        options={"organisation": [(row, row.name) for row in open_to]},
        **given,
    )
    if given.get("move") == ALL_REGIONS:
        regions = [row for row in open_to if row.kind == OrganisationKind.REGION]
        made.fill("organisation", regions)
    return made


def _kinds(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> TickedRows:
    things = [(kind.value, kind.label, kind) for kind in OrganisationKind]
    return _ticked(rows.KindRow, "applicant_kinds", things, "kind", held, given)


def _areas(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> TickedRows:
    things = [(row.code, row.label_sv, row) for row in StrategicArea.objects.current().order_by("order")]
    return _ticked(rows.AreaRow, "areas", things, "area", held, given)


def _cost_types(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> TickedRows:
    things = [(code.value, code.label, code) for code in CostTypeCode]
    defaults = {
        code.value: {"label": code.label, "help_text": standards.COST_TYPES.get(code, "")} for code in CostTypeCode
    }
    return _ticked(rows.CostTypeRow, "cost_types", things, "code", held, given, defaults=defaults)


def _consultations(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> TickedRows:
    things = [(body.value, body.label, body) for body in ConsultedBody]
    locked = [ConsultedBody.REGION.value] if call.follows_ordinance else []
    return _ticked(rows.ConsultationRow, "consultations", things, "body", held, given, locked=locked)


def _decision_rules(call: Call, held: list[dict[str, Any]], given: dict[str, Any]) -> TickedRows:
    things = [(kind.value, kind.label, kind) for kind in DecisionKind]
    return _ticked(rows.DecisionRuleRow, "decision_rules", things, "kind", held, given)


def _ticked(
    form_class: type[rows.RowForm],
    name: str,
    things: list[tuple[str, str, Any]],
    key: str,
    held: list[dict[str, Any]],
    given: dict[str, Any],
    **more: Any,
) -> TickedRows:
    data, check = given.get("data"), given.get("check", True)
    return TickedRows(form_class, name, things, key=key, data=data, check=check, initial=held, **more)


GROUPS: dict[str, Callable[[Call, list[dict[str, Any]], dict[str, Any]], Rows | TickedRows]] = {
    "cutoffs": _rows(rows.CutoffRow, "cutoffs", "Datum", "Lägg till datum", 12),
    "themes": _rows(rows.ThemeRow, "themes", "Rad", "Lägg till rad", 60),
    "applicant_kinds": _kinds,
    "invitations": _invitations,
    "areas": _areas,
    "years": _years,
    "cost_types": _cost_types,
    "flat_rates": _rows(rows.FlatRateRow, "flat_rates", "Schablon", "Lägg till schablon", 20),
    "criteria": _rows(rows.CriterionRow, "criteria", "Kriterium", "Lägg till kriterium", 20),
    "formal_check_points": _rows(rows.FormalPointRow, "formal_check_points", "Fråga", "Lägg till fråga", 40),
    "required_attachments": _rows(rows.AttachmentRow, "required_attachments", "Bilaga", "Lägg till bilaga", 30),
    "consultations": _consultations,
    "decision_rules": _decision_rules,
}
