"""Who may apply in a call, and when: its rules asked of one organisation. Pages, start and submit all ask here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from calls.enums import CallKind, JointRule, State
from calls.models import Call, Cutoff, Reopening, Theme
from calls.reading import scope_of
from grants.accounts.enums import OrganisationKind
from grants.accounts.models import Organisation
from grants.core import held
from grants.core.exceptions import Reason
from grants.core.text import listed
from grants.core.time import format_instant

PLURALS = {
    OrganisationKind.REGION: "regioner",
    OrganisationKind.COUNTY_BOARD: "länsstyrelser",
    OrganisationKind.MUNICIPALITY: "kommuner",
    OrganisationKind.AGENCY: "statliga myndigheter",
    OrganisationKind.OTHER: "andra organisationer",
}
SMALLEST_TOGETHER = 2
"""Together means at least two, when the call does not say how many."""


# Who -----------------------------------------------------------------------------------------------------------------


def who_reasons(call: Call, organisation: Organisation, where: str = "") -> list[Reason]:
    """Why the organisation may not apply in the call: not invited, of another kind, in another county. Empty when it may."""
    return [
        Reason(text, where)
        for text in (
            _not_invited(call, organisation),
            _other_kind(call, organisation),
            _other_county(call, organisation),
        )
        if text
    ]


def _not_invited(call: Call, organisation: Organisation) -> str:
    if not call.is_by_invitation or organisation.pk in scope_of(call).invited:
        return ""
    what = "en riktad inbjudan" if call.kind == CallKind.DIRECTED else "ett erbjudande till vissa organisationer"
    return (
        f"Utlysningen är {what}, och {organisation.name} är inte inbjuden. "
        f"Kontakta {call.authority.name} om ni tror att ni borde vara det."
    )


def _other_kind(call: Call, organisation: Organisation) -> str:
    kinds = scope_of(call).kinds
    if not kinds or organisation.kind in kinds:
        return ""
    who = listed([PLURALS[kind] for kind in OrganisationKind if kind in kinds])
    return (
        f"Utlysningen är för {who}, och {organisation.name} är registrerad som {organisation.get_kind_display().lower()}. "
        "Delta som part i någon annans ansökan, eller kontakta oss om uppgiften är fel."
    )


def _other_county(call: Call, organisation: Organisation) -> str:
    counties = scope_of(call).counties
    if not counties or organisation.region_id in counties:
        return ""
    return (
        f"Utlysningen gäller {listed(sorted(counties.values()))}, och {organisation.name} hör inte dit. "
        "Delta som part i någon annans ansökan, eller kontakta oss om uppgiften är fel."
    )


def fewest_together(call: Call) -> int:
    """How many must apply together: 1 where one may apply alone."""
    if call.joint_rule != JointRule.REQUIRED:
        return 1
    return max(call.fewest_applicants or SMALLEST_TOGETHER, SMALLEST_TOGETHER)


def counts_as_applicant(call: Call, organisation: Organisation | None) -> bool:
    """Whether a co-applicant is one of those who apply together: of an allowed kind, where the call names kinds."""
    kinds = scope_of(call).kinds
    return not kinds or (organisation is not None and organisation.kind in kinds)


# When ----------------------------------------------------------------------------------------------------------------


def reopened_until(call: Call, organisation_id: Any, at: dt.datetime) -> dt.datetime | None:
    """The end of the time that the call is open again for this organisation alone; None when it is not."""
    if call.state == State.CANCELLED:
        return None
    rows = Reopening.objects.filter(call=call, organisation=organisation_id, at__lte=at, ends_at__gt=at)
    return rows.order_by("-ends_at").values_list("ends_at", flat=True).first()


def is_open_for(call: Call, organisation_id: Any, at: dt.datetime) -> bool:
    """Whether the organisation may start an application: the call is open, or open again for it."""
    return call.is_open(at) or (call.is_late(at) and reopened_until(call, organisation_id, at) is not None)


def deadline_for(call: Call, organisation_id: Any, at: dt.datetime) -> dt.datetime | None:
    """The end that counts for what the organisation sends at this instant: the call's, or its own later one."""
    if not call.is_late(at):
        return call.closes_at
    return reopened_until(call, organisation_id, at) or call.closes_at


def cutoff_for(call: Call, at: dt.datetime) -> Cutoff | None:
    """The first cut-off that this instant lies before (half-open, INV-3). After the last one, for one whom the call is
    open for again: the last. None in a call with one end."""
    rows = held.read_once(Cutoff, call.pk, lambda: sorted(call.cutoffs.all(), key=lambda row: row.closes_at))
    return next((row for row in rows if at < row.closes_at), rows[-1] if rows else None)


def cutoff_words(cutoff: Cutoff | None) -> str:
    """ "1, till 2026-03-15 kl. 12.00"; empty for none."""
    return f"{cutoff.number}, till {format_instant(cutoff.closes_at)}" if cutoff else ""


def deadlines_of(call: Call) -> list[dt.datetime]:
    """The instants by which one can apply, in order: its cut-offs, or the call's end."""
    found = sorted({row.closes_at for row in call.cutoffs.all()})
    return found or ([call.closes_at] if call.closes_at else [])


def next_deadline(call: Call, at: dt.datetime) -> dt.datetime | None:
    """The deadline that comes next, else the last one."""
    found = deadlines_of(call)
    return next((one for one in found if at < one), found[-1] if found else None)


def not_open_reason(call: Call, at: dt.datetime) -> str:
    """Why no application can be started in the call now."""
    if call.state == State.CANCELLED:
        return "Utlysningen är inställd. Det går inte att starta några ansökningar."
    if call.closes_at and at >= call.closes_at:
        return f"Utlysningen stängde {format_instant(call.closes_at)}. Det går inte att starta fler ansökningar."
    if call.opens_at and at < call.opens_at:
        return f"Utlysningen öppnar {format_instant(call.opens_at)}. Kom tillbaka då och starta er ansökan."
    return "Utlysningen är inte öppen. Välj en utlysning som är öppen för ansökan."


@dataclass(frozen=True)
class Standing:
    """What a person can do in the call now: start an application for one of their organisations, or read why not."""

    may_start: bool = False
    reasons: tuple[str, ...] = ()
    until: dt.datetime | None = None
    """When the call is open again for them alone: until when."""


def standing(call: Call, user: Any, at: dt.datetime) -> Standing:
    """Whether the person may start an application in the call, by the organisations that they belong to."""
    if not user.is_authenticated or call.state not in (State.OPEN, State.CLOSED):
        return Standing()
    own = [one for one in user.organisations_now if one.level and one.is_applicant and one.ended_on is None]
    refused = {organisation.pk: who_reasons(call, organisation) for organisation in own}
    allowed = [organisation for organisation in own if not refused[organisation.pk]]
    if call.is_open(at):
        told = tuple(str(reason) for reasons in refused.values() for reason in reasons)
        return Standing(may_start=bool(allowed), reasons=() if allowed else told)
    ends = [end for organisation in allowed if (end := reopened_until(call, organisation.pk, at))]
    return Standing(may_start=bool(ends), until=max(ends, default=None))


def offered_sek(call: Call, organisation_id: Any) -> int:
    """What the organisation is offered in a call of base funding, in kronor; 0 in every other call."""
    return scope_of(call).invited.get(organisation_id, 0) if call.kind == CallKind.BASE_FUNDING else 0


# What ----------------------------------------------------------------------------------------------------------------


def allowed_forms(call: Call) -> list[str]:
    """The forms of co-financing that the call counts, by the values of ``applications.enums.FinancingForm``."""
    forms = (("cash", call.allows_cash), ("in_kind", call.allows_in_kind), ("direct", call.allows_direct))
    return [form for form, is_allowed in forms if is_allowed]


def choosable_themes(call: Call) -> list[Theme]:
    """The themes that an application can choose, in order: all but the tracks that others lie under."""
    choosable = scope_of(call).themes
    return [theme for theme in call.themes.select_related("track") if theme.pk in choosable]


def theme_choices(call: Call) -> list[tuple[str, Any]]:
    """The themes as choices of a form: each track a group of its own. No query for a call without themes."""
    if not scope_of(call).themes:
        return []
    found: dict[str, list[tuple[str, str]]] = {}
    alone: list[tuple[str, Any]] = []
    for theme in choosable_themes(call):
        choice = (str(theme.pk), theme.title)
        if theme.track is None:
            alone.append(choice)
        else:
            found.setdefault(theme.track.title, []).append(choice)
    return [*alone, *found.items()]


def theme_words(theme: Theme | None) -> str:
    """ "Ökad kunskap: Planeringsunderlag": the theme with the track that it lies under."""
    if theme is None:
        return ""
    return f"{theme.track.title}: {theme.title}" if theme.track_id and theme.track else theme.title
