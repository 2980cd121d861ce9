"""A call's rules in plain words, as the public page says them. Nothing is said of what a call leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from calls.enums import AnswerSubject, ConfirmationRule, ConsultedBody, DecisionKind, JointRule, State
from calls.feeds import MINUTE, before
from calls.models import Call, PublicAnswer, Theme, percent_words
from grants.accounts.enums import OrganisationKind
from grants.core.money import NBSP, format_sek, group
from grants.core.text import listed
from grants.core.time import format_day, stockholm
from grants.core.ui import count_words

KINDS = {
    OrganisationKind.REGION: "regioner",
    OrganisationKind.COUNTY_BOARD: "länsstyrelser",
    OrganisationKind.MUNICIPALITY: "kommuner",
    OrganisationKind.AGENCY: "statliga myndigheter",
    OrganisationKind.OTHER: "andra organisationer",
}
SHUT = (State.CLOSED, State.SETTLED, State.ARCHIVED, State.CANCELLED)


def amount_words(amount_sek: int) -> str:
    """2000000 → "2 miljoner kr"; amounts that are not whole millions in full."""
    millions, rest = divmod(amount_sek, 1_000_000)
    if rest or not millions:
        return format_sek(amount_sek)
    return f"{group(millions)}{NBSP}{'miljon' if millions == 1 else 'miljoner'}{NBSP}kr"


def months_words(months: int) -> str:
    return f"{months}{NBSP}{'månad' if months == 1 else 'månader'}"


# Time ----------------------------------------------------------------------------------------------------------------


def last_moment(end: dt.datetime) -> dt.datetime:
    """A half-open end in Swedish time as people read it: midnight is the last minute of the day before."""
    shown = stockholm(end)
    return shown - MINUTE if shown.time() == dt.time.min else shown


def days_left(end: dt.datetime | None, at: dt.datetime) -> int:
    """Whole days between today and the last day, in Sweden."""
    return max(0, (last_moment(end).date() - stockholm(at).date()).days) if end else 0


def next_end(call: Call, at: dt.datetime) -> dt.datetime | None:
    """The cut-off that comes next, else the call's end."""
    return min((row.closes_at for row in call.cutoffs.all() if row.closes_at > at), default=call.closes_at)


def deadline(call: Call, at: dt.datetime) -> dict[str, Any] | None:
    """The deadline card: of the next cut-off where the call has several; None when the end is not known."""
    end = next_end(call, at)
    if end is None or call.opens_at is None:
        return None
    whole = end - call.opens_at
    elapsed = min(max(at - call.opens_at, dt.timedelta(0)), whole)
    return {
        "closes_at": last_moment(end),
        "opens_at": call.opens_at,
        "days_left": days_left(end, at),
        "elapsed_percent": round(100 * elapsed / whole) if whole else 100,
        "closed": call.is_late(at) or call.state in SHUT,
        "coming": at < call.opens_at,
        "whole_day": last_moment(end) != stockholm(end),
    }


def timetable(call: Call, at: dt.datetime) -> list[dict[str, Any]]:
    """The days that are known, in order; the next one to come is marked."""
    days: list[tuple[dt.date, str, str, bool]] = []
    today = stockholm(at).date()
    if call.opens_at:
        days.append((stockholm(call.opens_at).date(), "Utlysningen öppnar", "", call.opens_at <= at))
    cutoffs = list(call.cutoffs.all())
    ends = [(row.closes_at, f"Sista dag att söka i omgång {row.number}") for row in cutoffs]
    if call.closes_at and call.closes_at not in [end for end, _ in ends]:
        ends.append((call.closes_at, "Sista dag att söka"))
    for end, label in ends:
        note = f"Ansökan ska vara inskickad {before(end)}." if at < end else ""
        days.append((last_moment(end).date(), label, note, end <= at))
    for row in cutoffs:
        if row.decided_by_on:
            label = f"Beslut för omgång {row.number}, senast" if len(cutoffs) > 1 else "Beslut, senast"
            days.append((row.decided_by_on, label, "Planerad dag. Den kan ändras.", row.decided_by_on < today))
    if call.earliest_start_on:
        days.append((call.earliest_start_on, "Projekten kan starta", "", call.earliest_start_on <= today))
    if call.latest_end_on:
        days.append((call.latest_end_on, "Projekten ska vara slut", "", call.latest_end_on < today))
    days.sort(key=lambda day: day[0])
    coming = next((index for index, day in enumerate(days) if not day[3]), None)
    if call.state == State.CANCELLED:
        coming = None
    return [
        {"day": day, "label": label, "note": note, "state": "done" if done else "now" if index == coming else ""}
        for index, (day, label, note, done) in enumerate(days)
    ]


# Who -----------------------------------------------------------------------------------------------------------------


def kinds_words(call: Call) -> str:
    """ "regioner och kommuner"; empty when the call names no kinds."""
    named = {row.kind for row in call.applicant_kinds.all()}
    return listed(KINDS[kind] for kind in OrganisationKind if kind in named)


def counties_words(names: Iterable[str]) -> str:
    """ "Västerbottens län och Norrbottens län"; the whole country when none is named."""
    return listed(names) or "hela landet"


def joint_words(call: Call) -> str:
    """Whether organisations apply alone or together."""
    owner = "En av er är projektägare och ansvarar för ansökan, redovisning och utbetalning."
    if call.confirmation_rule == ConfirmationRule.REQUIRED:
        owner += " Alla parter ska ha bekräftat sin del innan ansökan skickas in."
    if call.joint_rule == JointRule.ALONE:
        return "Var och en söker själv."
    if call.joint_rule == JointRule.REQUIRED:
        least = max(call.fewest_applicants or 2, 2)
        return (
            f"{count_words(least, 'organisation', 'organisationer').capitalize()} eller fler söker tillsammans. {owner}"
        )
    return f"Ni kan söka själva eller tillsammans med andra. {owner}"


CONSULTED = {
    ConsultedBody.REGION: "berörd region (samråd)",
    ConsultedBody.COUNTY_BOARD: "länsstyrelsen",
    ConsultedBody.BOVERKET: "Boverket",
    ConsultedBody.TRAFIKVERKET: "Trafikverket",
}


def consulted_words(call: Call) -> str:
    """Who is asked before a decision: "berörd region (samråd) och Boverket"."""
    named = {row.body for row in call.consultations.all()}
    return listed(CONSULTED[body] for body in ConsultedBody if body in named)


# Money ---------------------------------------------------------------------------------------------------------------


def facts(call: Call) -> list[dict[str, str]]:
    """Up to four facts; what is not known is left out."""
    found = []
    if call.budget_sek:
        note = "Pengarna är inte beslutade än" if call.is_money_reserved else ""
        found.append({"label": "Budget i utlysningen", "value": format_sek(call.budget_sek), "note": note})
    if call.largest_amount_sek:
        least = f"minst {format_sek(call.smallest_amount_sek)}" if call.smallest_amount_sek else ""
        most = f"Högst {amount_words(call.largest_amount_sek)}"
        found.append({"label": "Stöd per projekt", "value": most, "note": least})
    if call.largest_share_percent:
        share = f"Högst {call.largest_share_percent}{NBSP}%"
        found.append({"label": "Stödandel", "value": share, "note": "av kostnader som ger stöd"})
    start = f"med start tidigast {format_day(call.earliest_start_on)}" if call.earliest_start_on else ""
    if call.longest_months:
        found.append({"label": "Projektet pågår", "value": f"Högst {months_words(call.longest_months)}", "note": start})
    elif call.latest_end_on:
        found.append({"label": "Projektet pågår", "value": f"Till {format_day(call.latest_end_on)}", "note": start})
    return found


def cost_type_words(row: Any) -> str:
    """A cost type as the page lists it, with its flat rates and the days from which they hold."""
    rates = list(row.flat_rates.all())
    if rates:
        several = len(rates) > 1
        said = [
            f"{percent_words(rate.percent)} av {listed(basis.label.lower() for basis in rate.basis.all())}"
            + (f" från {format_day(rate.valid_from)}" if several else "")
            for rate in rates
        ]
        return f"{row.label}, {listed(said)}"
    return f"{row.label}: {row.help_text}" if row.help_text else row.label


ONE_OF_UNIT = {"timmar": "timme", "dagar": "dag", "veckor": "vecka", "månader": "månad", "resor": "resa",
               "personer": "person", "kilometer": "kilometer", "mil": "mil", "dygn": "dygn", "år": "år"}  # fmt: skip


def price_words(unit: str) -> str:
    """What a price is counted in: "kronor per timme"; a unit whose singular is not known stands as it was written."""
    one = ONE_OF_UNIT.get(unit.strip().lower())
    return f"kronor per {one}" if one else f"kronor per enhet ({unit})"


def cofinancing(call: Call) -> dict[str, list[str]]:
    """Which ways of paying the rest count, and which do not (DOMAIN 1.7)."""
    ways = (
        (call.allows_cash, "Pengar från er själva eller från andra (kontant medfinansiering)"),
        (call.allows_in_kind, "Bidrag i annat än pengar, till exempel arbetstid, med en bifogad beräkning"),
        (call.allows_direct, "Kostnader i projektet som någon annan betalar direkt"),
    )
    return {
        "allowed": [words for allowed, words in ways if allowed],
        "refused": [words for allowed, words in ways if not allowed],
    }


def payment_rules(call: Call) -> list[str]:
    """How the money is paid and accounted for, each rule as a sentence (DOMAIN 1.7, 1.9)."""
    return [
        "Vi betalar i efterskott. Ni redovisar kostnader som ni har betalat och ansöker om utbetalning.",
        _advance(call),
        f"Första rapporten gäller projektets {_first_months(call.first_report_months)}. Sedan rapporterar ni "
        f"{_every(call.report_interval_months)}. {_due('Varje rapport', call.report_due_days, 'perioden är slut')}",
        _due("Slutrapporten", call.final_report_due_days, "projektet är slut"),
        f"Utlysningens regel för ändrad budget: om ett kostnadsslag blir mer än {call.change_threshold_percent}{NBSP}% större "
        f"än i beslutet och ändringen är större än {format_sek(call.change_threshold_sek)} behövs ett nytt beslut. Kontakta "
        "oss innan ni ändrar.",
    ]


def _advance(call: Call) -> str:
    percent, most = call.advance_highest_percent, call.advance_highest_sek
    if not percent and not most:
        return "Vi betalar inte ut förskott."
    share = f"högst {percent}{NBSP}% av stödet" if percent else ""
    amount = f"högst {format_sek(most)}" if most else ""
    most_words = listed(part for part in (share, amount) if part)
    return f"Utlysningens regel för förskott: {most_words}, och bara om det finns särskilda skäl. Kontakta oss om ni behöver det."


def _first_months(months: int) -> str:
    return "första månad" if months == 1 else f"{months} första månader"


def _every(months: int) -> str:
    return (
        "varje månad"
        if months == 1
        else f"minst var {ORDINALS[months]} månad"
        if months in ORDINALS
        else (f"minst var {months}:e månad")
    )


ORDINALS = {2: "annan", 3: "tredje", 4: "fjärde", 5: "femte", 6: "sjätte", 7: "sjunde", 8: "åttonde", 9: "nionde",
            10: "tionde", 11: "elfte", 12: "tolfte"}  # fmt: skip


def _due(what: str, days: int, when: str) -> str:
    if not days:
        return f"{what} ska in när {when}."
    return f"{what} ska in senast {days}{NBSP}{'dag' if days == 1 else 'dagar'} efter att {when}."


def theme_rows(call: Call, themes: list[Theme]) -> list[dict[str, Any]]:
    """Tracks with the themes under them, each with its money per year where the call divides its money by theme."""
    money: dict[Any, list[Any]] = {}
    for row in call.year_budgets.all():
        money.setdefault(row.theme_id, []).append(row)

    def shown(theme: Theme) -> dict[str, Any]:
        rows = money.get(theme.pk, [])
        years = ", ".join(f"{row.year}: {format_sek(row.budget_sek)}" for row in rows) if len(rows) > 1 else ""
        return {
            "title": theme.title,
            "about": theme.about,
            "amount_sek": sum(row.budget_sek for row in rows) if rows else None,
            "years": years,
            "themes": [shown(other) for other in themes if other.track_id == theme.pk],
        }

    return [shown(theme) for theme in themes if theme.track_id is None]


def answers_by_subject(rows: Iterable[PublicAnswer]) -> list[tuple[str, list[PublicAnswer]]]:
    """Published answers under their subjects, in the order of the page; one list without a label while none has a subject."""
    rows = list(rows)
    if not any(row.subject for row in rows):
        return [("", rows)] if rows else []
    held: dict[str, list[PublicAnswer]] = {subject: [] for subject in AnswerSubject}
    for row in rows:
        held[row.subject or AnswerSubject.OTHER].append(row)
    return [(str(AnswerSubject(subject).label), found) for subject, found in held.items() if found]


def appeal_words(call: Call) -> list[str]:
    """Which decisions can be appealed and which cannot (33 § förvaltningslagen), of those that it is said of."""
    kinds = {row.kind: row.is_appealable for row in call.decision_rules.all()}
    named = {DecisionKind(kind): can for kind, can in kinds.items() if kind in DecisionKind.values}
    can = [str(kind.label).lower() for kind in DecisionKind if named.get(kind) is True]
    cannot = [str(kind.label).lower() for kind in DecisionKind if named.get(kind) is False]
    said = [f"Ni kan överklaga {listed(can)}. I beslutet står hur ni gör." if can else ""]
    said.append(f"Ni kan inte överklaga {listed(cannot, 'eller')}." if cannot else "")
    return [text for text in said if text]
