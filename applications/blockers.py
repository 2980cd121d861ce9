"""Can it be done now? Every reason at once, in Swedish. ``where`` is "section#field", which pages turn into a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from applications import commitments, party_facts
from applications.answers import form_of
from applications.answers import missing as answers_missing
from applications.blockers_money import budget_faults, is_writing
from applications.blockers_place import place_missing
from applications.budget import budget_years
from applications.enums import FinancingForm, PartyKind, Section, State
from applications.pages import page_of, section_of
from applications.writing.typed import unsaved
from calls import applying
from calls.enums import JointRule
from calls.enums import State as CallState
from calls.questions import PREFIX, questions_of
from calls.reading import scope_of
from grants.core.exceptions import Reason
from grants.core.money import format_sek, percent_of, share_exceeds
from grants.core.text import listed
from grants.core.time import add_months, format_long_day, today
from grants.documents.enums import Scan


def parties_missing(application: Any) -> list[Reason]:
    """Who may apply in the call, the contact, and in a joint project at least one party with costs of its own."""
    found = [*call_reasons(application), *applying.who_reasons(application.call, application.applicant, "parter")]
    if not application.contact_name:
        found.append(Reason("Skriv vem som är kontaktperson.", "parter#contact_name"))
    if not application.contact_email:
        found.append(Reason("Skriv kontaktpersonens e-postadress.", "parter#contact_email"))
    if is_writing(application, Section.PARTIES):
        found += [*party_facts.missing(application), *commitments.blocking(application)]
    kinds = [party.kind for party in application.parties.all()]
    if application.is_joint and PartyKind.CO_APPLICANT not in kinds:
        found.append(
            Reason(
                "Lägg till minst en samverkanspart, eller ändra svaret på frågan om gemensamt projekt.",
                "parter#parter-0-name",
            )
        )
        return found
    return found + joint_reasons(application)


def call_reasons(application: Any) -> list[Reason]:
    """A call that is called off takes no more applications; what has come in goes on."""
    if application.state == State.DRAFT and application.call.state == CallState.CANCELLED:
        return [Reason("Utlysningen är inställd. Ansökan går inte att skicka in.")]
    return []


def joint_reasons(application: Any) -> list[Reason]:
    """Alone or together, as the call says. Together counts the applicant and the co-applicants that may apply themselves."""
    call = application.call
    partners = [party for party in application.parties.all() if party.kind == PartyKind.CO_APPLICANT]
    if call.joint_rule == JointRule.ALONE and (partners or application.is_joint):
        return [
            Reason(
                "I den här utlysningen söker var och en själv. Ta bort samverkansparterna och svara att ni söker själva.",
                "parter#is_joint_0",
            )
        ]
    fewest = applying.fewest_together(call)
    if fewest == 1:
        return []
    together = {
        party.organisation_id or party.org_number or party.name.casefold()
        for party in partners
        if applying.counts_as_applicant(call, party.organisation)
    }
    together.add(application.applicant_id)
    if len(together) >= fewest and application.is_joint:
        return []
    which = " av det slag som får söka" if scope_of(call).kinds else ""
    return [
        Reason(
            f"I den här utlysningen söker minst {fewest} organisationer tillsammans. Svara att det är ett gemensamt projekt "
            f"och lägg till samverkansparter{which}, valda ur listan.",
            "parter#is_joint_0",
        )
    ]


def project_missing(application: Any) -> list[Reason]:
    """Title, summary, the required answers (förordning 2003:596 8 §) and a period that the call allows."""
    found = []
    if not application.title:
        found.append(Reason("Skriv projektets namn.", "projekt#title"))
    if not application.summary:
        found.append(Reason("Skriv en sammanfattning av projektet.", "projekt#summary"))
    found += answers_missing(application, page_of(application))
    return found + period_reasons(application)


def period_reasons(application: Any) -> list[Reason]:
    """What is missing or outside the call's limits in the project's period."""
    call, start, end = application.call, application.start_on, application.end_on
    found = []
    if start is None:
        found.append(Reason("Skriv när projektet startar.", "projekt#start_on"))
    elif call.earliest_start_on and start < call.earliest_start_on:
        earliest = format_long_day(call.earliest_start_on)
        found.append(Reason(f"Projektet får starta tidigast {earliest}. Ändra startdagen.", "projekt#start_on"))
    if end is None:
        found.append(Reason("Skriv när projektet slutar.", "projekt#end_on"))
    elif call.latest_end_on and end > call.latest_end_on:
        latest = format_long_day(call.latest_end_on)
        found.append(Reason(f"Projektet ska sluta senast {latest}. Ändra slutdagen.", "projekt#end_on"))
    if start and end:
        if end < start:
            found.append(Reason("Projektet slutar före startdagen. Ändra någon av dagarna.", "projekt#end_on"))
        elif call.longest_months and end >= add_months(start, call.longest_months):
            last = add_months(start, call.longest_months) - dt.timedelta(days=1)
            found.append(
                Reason(
                    f"Projektet får pågå högst {call.longest_months} månader. "
                    f"Låt det sluta senast {format_long_day(last)}.",
                    "projekt#end_on",
                )
            )
    return found


def objectives_missing(application: Any) -> list[Reason]:
    """Exactly one main objective with how the project contributes to each, and a main area among the call's."""
    found = theme_reasons(application)
    links = list(application.objective_links.all())
    if application.main_objective_id is None:
        where = f"mal#mal-{links[0].objective_id}-hur" if links else "mal#mal"
        found.append(Reason("Välj det RUS-mål som projektet främst bidrar till.", where))
    elif application.main_objective_id not in {link.objective_id for link in links}:
        found.append(Reason("Beskriv hur projektet bidrar till sitt främsta RUS-mål.", "mal#mal"))
    for link in links:
        if not link.contribution.strip():
            found.append(
                Reason(
                    f"Beskriv hur projektet bidrar till ”{link.objective.label}”.", f"mal#mal-{link.objective_id}-hur"
                )
            )
    areas = {row.area_id for row in application.call.areas.all()}
    if application.main_area_id is None:
        found.append(Reason("Välj det strategiska område som projektet främst hör till.", "mal#main_area"))
    elif areas and application.main_area_id not in areas:
        found.append(
            Reason("Det valda strategiska området ingår inte i utlysningen. Välj ett som ingår.", "mal#main_area")
        )
    return found + place_missing(application)


def theme_reasons(application: Any) -> list[Reason]:
    """One of the call's themes, where it has any."""
    choosable = scope_of(application.call).themes
    if not choosable or application.theme_id in choosable:
        return []
    return [Reason("Välj det tema som ansökan gäller.", "mal#theme")]


def budget_missing(application: Any) -> list[Reason]:
    """Costs, full financing, and an amount and a share within the call's limits. Shares are compared exactly, unrounded."""
    call, total, applied = application.call, application.total_cost_sek, application.applied_sek
    found = []
    if total == 0:
        found.append(Reason("Skriv projektets kostnader.", "budget#kostnader"))
    outside = sorted(
        {line.year for line in application.cost_lines.all() if line.amount_sek} - set(budget_years(application))
    )
    if outside:
        years = ", ".join(str(year) for year in outside)
        found.append(
            Reason(f"Det finns kostnader {years}, utanför projekttiden. Flytta eller ta bort dem.", "budget#kostnader")
        )
    for line in application.financing_lines.all():
        found += form_reasons(call, line, f"budget#finansiar-{line.order}-form")
    found += budget_faults(application)
    if applied == 0:
        found.append(Reason("Skriv hur mycket stöd ni söker.", "budget#applied_sek"))
    elif call.smallest_amount_sek and applied < call.smallest_amount_sek:
        found.append(
            Reason(
                f"Ni söker {format_sek(applied)}. Sök minst {format_sek(call.smallest_amount_sek)}.",
                "budget#applied_sek",
            )
        )
    if call.largest_amount_sek and applied > call.largest_amount_sek:
        found.append(
            Reason(
                f"Ni söker {format_sek(applied)}. Sök högst {format_sek(call.largest_amount_sek)}.",
                "budget#applied_sek",
            )
        )
    offered_sek = applying.offered_sek(call, application.applicant_id)
    if offered_sek and applied > offered_sek:
        found.append(
            Reason(
                f"Ni söker {format_sek(applied)} och är erbjudna {format_sek(offered_sek)}. Sök högst det.",
                "budget#applied_sek",
            )
        )
    if total:
        found += share_reasons(application)
        found += balance_reasons(total, application.financed_sek + applied)
    return found


def form_reasons(call: Any, line: Any, where: str) -> list[Reason]:
    """Co-financing in a form that the call does not count (DOMAIN 1.7)."""
    if line.form in applying.allowed_forms(call):
        return []
    allowed = listed([str(FinancingForm(one).label).lower() for one in applying.allowed_forms(call)])
    which = (
        f"Utlysningen räknar bara {allowed} som medfinansiering."
        if allowed
        else "Utlysningen räknar ingen medfinansiering."
    )
    return [Reason(f"{which} Ändra raden för {line.financier[:60]}.", where)]


def share_reasons(application: Any) -> list[Reason]:
    """The support as a share of the cost, against the call's limit."""
    limit, total, applied = application.call.largest_share_percent, application.total_cost_sek, application.applied_sek
    if limit is None or not share_exceeds(applied, total, limit):
        return []
    share = str(percent_of(applied, total)).replace(".", ",")
    most = int(Decimal(total) * limit // 100)
    return [
        Reason(
            f"Stödet ni söker är {share}\u00a0% av kostnaden. Det får vara högst {limit}\u00a0%. "
            f"Sök högst {format_sek(most)}.",
            "budget#applied_sek",
        )
    ]


def balance_reasons(total_cost_sek: int, financing_sek: int) -> list[Reason]:
    """Whether financing and support together equal the cost; the difference is named."""
    difference = financing_sek - total_cost_sek
    if difference == 0:
        return []
    word = "högre" if difference > 0 else "lägre"
    return [
        Reason(
            f"Finansieringen är {format_sek(abs(difference))} {word} än kostnaden. Ändra beloppen så att de är lika.",
            "budget#finansiering",
        )
    ]


def attachments_missing(application: Any) -> list[Reason]:
    """The files that the call asks for; a file that the scanner stopped is never sent in (TRUST T7).

    One that still waits for the scanner keeps nobody back: the scan never counts against the applicant (TRUST INV-3). It is
    sent as it is, and stays closed until it is found clean.
    """
    held = {row.required_id for row in application.attachments.all() if row.removed_at is None}
    found = [
        Reason(f"Lägg till filen ”{title}”.", "bilagor#required")
        for pk, title in scope_of(application.call).required.items()
        if pk not in held
    ]
    stopped = [
        row for row in application.attachments.all() if row.removed_at is None and row.attachment.scan == Scan.INFECTED
    ]
    found += [
        Reason(
            f"Filen ”{row.attachment.name}” stoppades i viruskontrollen. "
            "Ta bort den, och lägg till en ny kopia av filen om ni behöver den.",
            page_of_file(application, row),
        )
        for row in stopped
    ]
    return found


def page_of_file(application: Any, row: Any) -> str:
    """Where a file is taken away: its question's field, or the page of attachments."""
    asked = next((q for q in questions_of(form_of(application)) if q.code == row.question_code), None)
    return f"{page_of(application)(asked)}#{PREFIX}{asked.code}" if asked else "bilagor#bilagor"


MISSING: dict[Section, Callable[[Any], list[Reason]]] = {
    Section.PARTIES: parties_missing,
    Section.PROJECT: project_missing,
    Section.OBJECTIVES: objectives_missing,
    Section.BUDGET: budget_missing,
    Section.ATTACHMENTS: attachments_missing,
}


def missing_by_section(application: Any) -> dict[Section, list[Reason]]:
    """What is left to do, section by section; empty lists where nothing is."""
    found = {section: missing(application) for section, missing in MISSING.items()}
    for page in application.typed:
        section = section_of(page)
        found[section] = [*found[section], *unsaved(application, page)]
    return found


def before_submit(application: Any) -> list[Reason]:
    """Everything that keeps the application from being sent in. Lateness never does (FL 22 §).

    Wants a row that was just read: its relations are kept on it, so that the content is frozen from what was checked.
    """
    from applications.content import hold  # the content knows the models, which know the machine, which knows us

    hold(application)
    return [reason for reasons in missing_by_section(application).values() for reason in reasons]


def before_conclude(application: Any) -> list[Reason]:
    """The applicant has the time it was given for a supplement (FL 20 §)."""
    if application.state != State.SUPPLEMENT_REQUESTED:
        return []
    asked = application.supplement_requests.filter(answered_at__isnull=True).first()
    if asked is None or asked.due_on < today():
        return []
    return [
        Reason(f"Sökanden har till och med {format_long_day(asked.due_on)} på sig att komplettera. Vänta med beslutet.")
    ]
