"""What stands in the way of a call's steps, each as a sentence with the field of the form that it points at."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from calls.enums import CallKind, CostTypeCode, DecisionKind, State
from calls.faults import ORDINANCE_SHARE_PERCENT
from grants.core.exceptions import Reason
from grants.core.money import format_sek, group
from grants.core.text import listed

if TYPE_CHECKING:
    from calls.models import Call, Theme, YearBudget

PENDING_STATES = ("submitted", "in_review", "supplement_requested")
"""States of applications that still wait for a decision. By value: the stage itself lies downstream."""


def before_publish(call: Call) -> list[str]:
    """Everything that is missing before a call may be published (the parts of a call text that real calls have, DOMAIN 1.2).

    In the order of the set-up pages. What contradicts itself is refused when it is saved (calls.faults).
    """
    themes, years = list(call.themes.all()), list(call.year_budgets.all())
    return [
        *_dates(call),
        *_texts(call, has_themes=bool(themes)),
        *_applicants(call),
        *_areas(call),
        *_questions(call),
        *_money(call, years, themes),
        *_cost_types(call, years),
        *_criteria(call),
        *_decisions(call),
    ]


def at_publishing(call: Call, at: dt.datetime) -> list[str]:
    """A call whose deadline has passed is not published."""
    if call.closes_at is not None and call.closes_at <= at:
        return [Reason("Utlysningen måste stänga i framtiden. Ändra när den stänger.", "closes_at")]
    return []


def at_opening(call: Call, at: dt.datetime) -> list[str]:
    """Opens at its instant: from and including."""
    if call.opens_at is None or at < call.opens_at:
        return [Reason("Utlysningen öppnar först vid den tid som står i den.", "opens_at")]
    return []


def at_closing(call: Call, at: dt.datetime) -> list[str]:
    """Closes at its instant; the last moment to apply is the one before it (INV-3)."""
    if call.closes_at is None or at < call.closes_at:
        return [
            Reason(
                "Utlysningen stänger först vid den tid som står i den. En tidsgräns flyttas aldrig bakåt.", "closes_at"
            )
        ]
    return []


def before_settle(call: Call) -> list[str]:
    """Applications that still wait for a decision."""
    waiting = call.applications.filter(state__in=PENDING_STATES).count()
    if waiting == 0:
        return []
    noun = "ansökan är inte avgjord" if waiting == 1 else "ansökningar är inte avgjorda"
    return [Reason(f"{group(waiting)} {noun}. Avgör alla ansökningar först.")]


def _dates(call: Call) -> list[str]:
    found: list[str] = []
    if call.opens_at is None:
        found.append(Reason("Skriv när utlysningen öppnar.", "opens_at"))
    if call.closes_at is None:
        found.append(Reason("Skriv när utlysningen stänger.", "closes_at"))
    if call.opens_at and call.closes_at and call.closes_at <= call.opens_at:
        found.append(Reason("Utlysningen måste stänga efter att den öppnar.", "closes_at"))
    cutoffs = [row.closes_at for row in call.cutoffs.all()]
    if cutoffs and call.closes_at and cutoffs[-1] != call.closes_at:
        found.append(Reason("Det sista av de delsista datumen ska vara då utlysningen stänger.", "cutoffs"))
    return found


def _texts(call: Call, *, has_themes: bool) -> list[str]:
    wanted = [
        ("title", "Skriv utlysningens rubrik."),
        ("pitch", "Skriv kort vad utlysningen handlar om."),
        ("who_may_apply", "Skriv vem som kan söka."),
        ("what_for", "Skriv vad man kan söka för."),
        ("contact", "Skriv vem man kan fråga om utlysningen."),
    ]
    if call.is_money_reserved:
        wanted.append(("reservation", "Skriv förbehållet, eftersom pengarna inte är beslutade än."))
    return [Reason(text, field) for field, text in wanted if not getattr(call, field).strip()]


def _applicants(call: Call) -> list[str]:
    if call.kind == CallKind.OPEN:
        return []
    invited = list(call.invitations.all())
    if not invited:
        return [Reason("Välj vilka organisationer som är inbjudna.", "invitations")]
    if call.kind != CallKind.BASE_FUNDING:
        return []
    without = sum(1 for row in invited if not row.amount_sek)
    if without:
        noun = "inbjuden" if without == 1 else "inbjudna"
        return [Reason(f"{group(without)} {noun} saknar belopp. Skriv vad var och en erbjuds.", "invitations")]
    offered_sek = sum(row.amount_sek or 0 for row in invited)
    if call.budget_sek is not None and offered_sek > call.budget_sek:
        return [
            Reason(
                f"Erbjudandena är tillsammans {format_sek(offered_sek)}, mer än hela budgeten på "
                f"{format_sek(call.budget_sek)}. Sänk dem.",
                "invitations",
            )
        ]
    return []


def _money(call: Call, years: list[YearBudget], themes: list[Theme]) -> list[str]:
    found: list[str] = []
    if call.budget_sek is None:
        found.append(Reason("Skriv utlysningens hela budget.", "budget_sek"))
    if not years:
        found.append(Reason("Fördela budgeten på minst ett år.", "years"))
    elif call.budget_sek is not None:
        total_sek = sum(row.budget_sek for row in years)
        if total_sek != call.budget_sek:
            found.append(
                Reason(
                    f"Årens budget är tillsammans {format_sek(total_sek)} men hela budgeten är "
                    f"{format_sek(call.budget_sek)}. Ändra så att de stämmer överens.",
                    "years",
                )
            )
    found += _theme_money(years, themes)
    if call.largest_amount_sek is None:
        found.append(Reason("Skriv det högsta stödet per projekt.", "largest_amount_sek"))
    elif call.budget_sek is not None and call.largest_amount_sek > call.budget_sek:
        found.append(Reason("Det högsta stödet är större än hela budgeten. Sänk det.", "largest_amount_sek"))
    if call.largest_share_percent is None:
        found.append(Reason("Skriv den högsta stödandelen i procent.", "largest_share_percent"))
    elif call.follows_ordinance and call.largest_share_percent > ORDINANCE_SHARE_PERCENT:
        found.append(
            Reason("Stödandelen får vara högst 50\u00a0% när förordning (2003:596) gäller.", "largest_share_percent")
        )
    return found


def _theme_money(years: list[YearBudget], themes: list[Theme]) -> list[str]:
    """Where the money is divided by theme every theme has some, and none of it lies on a track."""
    if not any(row.theme_id for row in years):
        return []
    tracks = {theme.track_id for theme in themes}
    funded = {row.theme_id for row in years}
    bare = [theme.title for theme in themes if theme.pk not in tracks and theme.pk not in funded]
    found: list[str] = []
    if bare:
        found.append(Reason(f"Temat ”{bare[0]}” saknar budget. Lägg till en rad för det.", "years"))
    if funded & tracks - {None}:
        found.append(Reason("Budgeten ska ligga på teman, inte på inriktningar. Välj tema på raden.", "years"))
    return found


def _cost_types(call: Call, years: list[YearBudget]) -> list[str]:
    """At least one; and while they can be changed, in kind as a cost and as financing, and rates for every year."""
    dates = ("flat_rates__valid_from", "flat_rates__valid_until")
    rows = list(call.cost_types.order_by("order", *dates).values_list("code", "label", *dates))
    if not rows:
        return [Reason("Välj minst ett kostnadsslag.", "cost_types")]
    if call.state != State.DRAFT:
        return []
    return [*_in_kind(call, {code for code, *_ in rows}), *_years_without_rate(rows, {row.year for row in years})]


def _in_kind(call: Call, codes: set[str]) -> list[str]:
    """What is given in kind is a cost too, and both are equal (DOMAIN 1.10): one without the other cannot be checked."""
    if call.allows_in_kind == (CostTypeCode.IN_KIND in codes):
        return []
    if call.allows_in_kind:
        return [
            Reason(
                "Bidrag i annat än pengar räknas som medfinansiering och är då en lika stor kostnad. Kryssa för det bland "
                "kostnadsslagen också, eller kryssa ur det som medfinansiering.",
                "cost_types",
            )
        ]
    return [
        Reason(
            "Bidrag i annat än pengar är ett kostnadsslag och behöver en lika stor medfinansiering. Kryssa för det som "
            "medfinansiering också, eller kryssa ur kostnadsslaget.",
            "allows_in_kind",
        )
    ]


def _years_without_rate(rows: list[Any], years: set[int]) -> list[str]:
    """A computed cost type has a rate in each budget year, or it would be nothing there without anybody having said so.

    ``rows``: code, label, and first and last day of a rate, a row for each rate.
    """
    from calls.rates import Rate, rate_for  # they know the models, which know the machine, which knows us

    dated: dict[str, list[Rate]] = {}
    for _, label, start, end in rows:
        if start is not None:
            dated.setdefault(label, []).append(Rate(Decimal(0), frozenset(), start, end))
    return [
        Reason(
            f"Ingen schablon för {label.lower()} gäller {listed([str(year) for year in lacking])}. Ändra när den gäller.",
            "flat_rates",
        )
        for label, rates in dated.items()
        if (lacking := [year for year in sorted(years) if rate_for(rates, year) is None])
    ]


def _areas(call: Call) -> list[str]:
    areas = list(call.areas.all())
    if not areas:
        return [Reason("Välj minst ett strategiskt område.", "areas")]
    given_sek = sum(row.budget_sek or 0 for row in areas)
    if call.budget_sek is not None and given_sek > call.budget_sek:
        return [
            Reason(
                f"Områdenas budget är tillsammans {format_sek(given_sek)}, mer än hela budgeten på "
                f"{format_sek(call.budget_sek)}. Sänk den.",
                "areas",
            )
        ]
    return []


def _questions(call: Call) -> list[str]:
    """Empty sections and doubles in the version that publishing freezes. A later version is judged when it is taken into use."""
    from calls.questions.outline import Outline  # questions know the models, which know the machine, which knows us

    form = call.form_versions.filter(frozen_at=None).first() if call.state == State.DRAFT else None
    return Outline(form).lacks() if form is not None else []


def _criteria(call: Call) -> list[str]:
    criteria = list(call.criteria.all())
    if not criteria:
        return [Reason("Skriv minst ett bedömningskriterium.", "criteria")]
    weight = sum(row.weight_percent for row in criteria)
    if weight != 100:
        return [Reason(f"Kriteriernas vikter är tillsammans {weight}\u00a0%. De ska vara 100\u00a0%.", "criteria")]
    return []


def _decisions(call: Call) -> list[str]:
    """Every decision tells whether it can be appealed (33 § förvaltningslagen), so somebody must have said it of every kind.

    Calls that were published before this was asked stand as they were.
    """
    said = {row.kind for row in call.decision_rules.all()}
    lacking = [kind for kind in DecisionKind if kind not in said]
    if not lacking or call.state != State.DRAFT:
        return []
    if not said:
        return [Reason("Välj för varje slag av beslut om det kan överklagas.", "decision_rules")]
    return [Reason(f"Välj om {listed(str(kind.label).lower() for kind in lacking)} kan överklagas.", "decision_rules")]
