"""Can it be done now? Every reason at once, in Swedish, with the field or part of the page that it concerns."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from applications.enums import State as ApplicationState
from evaluation import appeal, scoring
from evaluation.enums import GRANTING, DecisionKind, OpinionState, Outcome
from grants.core import held
from grants.core.exceptions import Reason
from grants.core.known import Known, rows_of
from grants.core.money import format_sek, share_exceeds
from grants.core.text import too_long
from grants.core.time import format_day, stockholm, today
from grants.documents.models import Conflict

ENDING_KINDS = (DecisionKind.SUPPORT, DecisionKind.DISMISSAL, DecisionKind.CLOSING_WITHOUT_TRIAL)
OUTCOMES = {
    DecisionKind.SUPPORT: (Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.REJECTED),
    DecisionKind.DISMISSAL: (Outcome.DISMISSED,),
    DecisionKind.CLOSING_WITHOUT_TRIAL: (Outcome.CLOSED_WITHOUT_TRIAL,),
}
LIMITS = {
    "reasons": ("Skälen", 20_000),
    "legal_grounds": ("Rättslig grund", 4_000),
    "conditions": ("Villkoren", 20_000),
    "special_conditions": ("De särskilda villkoren", 20_000),
    "appeal_text": ("Texten om överklagande", 20_000),
    "below_lowest_reasons": ("Skälen att ge stöd under lägsta poäng", 4_000),
    "short_reasons": ("Skäl i korthet", 300),
}


def waits_for_supplement(application: Any) -> list[Reason]:
    """The applicant still has time to answer a request for a supplement (20 § förvaltningslagen)."""
    if application.state != ApplicationState.SUPPLEMENT_REQUESTED:
        return []
    asked = application.supplement_requests.filter(answered_at__isnull=True).first()
    if asked is None or asked.due_on < today():
        return []
    return [Reason(f"Sökanden har till och med {format_day(asked.due_on)} på sig att komplettera. Vänta in svaret.")]


def is_withdrawn(application: Any) -> list[Reason]:
    if application.state != ApplicationState.WITHDRAWN:
        return []
    return [Reason("Ansökan är återtagen. Föreslå i stället att ärendet skrivs av.")]


def without_conflict(assessments: Any) -> Any:
    """Assessments whose assessor has not since declared a conflict in the case: only they count (INV-6)."""
    conflict = Conflict.objects.filter(case=OuterRef("review__application__case"), user=OuterRef("assessor"))
    return assessments.filter(~Exists(conflict))


def _counted(review: Any) -> Any:
    from evaluation.models import Assessment

    return without_conflict(Assessment.objects.filter(review=review, completed_at__isnull=False))


COUNTED = Known(_counted)
"""The completed assessments of a review that count."""


# Reviews -------------------------------------------------------------------------------------------------------------


def formal_check_left(review: Any) -> list[Reason]:
    """Points of the formal check without an answer, and noes without a comment."""
    rows = [(point.is_met, point.comment) for point in rows_of(review, "formal_checks")]
    left = sum(is_met is None for is_met, _ in rows)
    unexplained = sum(is_met is False and not comment.strip() for is_met, comment in rows)
    said = []
    if left:
        said.append(Reason(f"Svara på alla punkter i den formella kontrollen. {left} återstår.", "formal_check"))
    if unexplained:
        said.append(Reason("Skriv en kommentar vid varje punkt som inte är uppfylld.", "formal_check"))
    return said


def second_check_left(review: Any) -> list[Reason]:
    """Where the call asks for two persons: the formal check that nobody answers for yet, or that nobody else has confirmed."""
    if not review.application.call.needs_second_check or review.confirmed_by_id is not None:
        return []
    if review.checked_by_id is None:
        text = "Lämna den formella kontrollen till en andra person när alla punkter är besvarade."
    else:
        text = "En andra person ska bekräfta den formella kontrollen. Be en kollega som inte har svarat på någon punkt."
    return [Reason(text, "second_check")]


def before_assessing(review: Any) -> list[str]:
    application = review.application
    return [
        *is_withdrawn(application),
        *waits_for_supplement(application),
        *formal_check_left(review),
        *second_check_left(review),
    ]


def assessments_left(review: Any) -> list[Reason]:
    """The assessments that the call asks for and that are not complete."""
    needed = review.application.call.assessors_needed
    done = len(COUNTED.rows(review.pk))
    if done >= needed:
        return []
    if needed == 1:
        return [Reason("Bedömningen är inte klar. Utse en bedömare och vänta in bedömningen.", "assessments")]
    return [Reason(f"{done} av {needed} bedömningar är klara. Vänta in resten eller utse en till.", "assessments")]


def opinions_left(review: Any) -> list[Reason]:
    """Bodies that must be consulted and have not been, and opinions that the applicant has not been told of.

    3 § förordning (2003:596) and 26 § förvaltningslagen; communicating is 25 § förvaltningslagen.
    """
    said = []
    for opinion in rows_of(review, "opinions"):
        if opinion.state == OpinionState.TO_ASK:
            text = f"{opinion} ska få yttra sig. Begär yttrandet, eller skriv varför ni avstår."
        elif opinion.state == OpinionState.REQUESTED:
            last = format_day(opinion.due_on)
            text = f"Yttrandet från {opinion} har inte kommit in. Sista dag är {last}. Vänta in det, eller skriv varför ni avstår."
        elif opinion.state == OpinionState.WAIVED or opinion.not_communicated_reason:
            continue
        elif opinion.communicated_at is None:
            text = f"Kommunicera yttrandet från {opinion} till sökanden, eller skriv varför det inte behövs."
        elif opinion.replied_at is None and opinion.reply_due_on >= today():
            last = format_day(opinion.reply_due_on)
            text = f"Sökanden har till och med {last} på sig att svara på yttrandet från {opinion}. Vänta in svaret."
        else:
            continue
        said.append(Reason(text, "opinions"))
    return said


def before_proposing_support(review: Any) -> list[str]:
    application = review.application
    return [
        *is_withdrawn(application),
        *waits_for_supplement(application),
        *formal_check_left(review),
        *second_check_left(review),
        *opinions_left(review),
        *assessments_left(review),
    ]


def before_proposing_ending(review: Any) -> list[str]:
    return [*waits_for_supplement(review.application)]


def withdrawn_is_written_off(decision: Any) -> list[Reason]:
    """What was taken back is neither tried nor dismissed: the only decision left is to write the case off."""
    if decision.kind in (DecisionKind.SUPPORT, DecisionKind.DISMISSAL):
        return is_withdrawn(decision.application)
    return []


# Decisions -----------------------------------------------------------------------------------------------------------


def before_proposing(decision: Any) -> list[str]:
    """A proposal that can be decided: outcome, money, period, reasons and grounds (31–33 §§ förvaltningslagen)."""
    said: list[str] = [
        reason
        for name, (label, most) in LIMITS.items()
        for reason in too_long(label, getattr(decision, name), most, name)
    ]
    if not decision.legal_grounds.strip():
        said.append(Reason("Skriv vilka bestämmelser beslutet bygger på.", "legal_grounds"))
    if decision.kind not in ENDING_KINDS:
        return said
    said += withdrawn_is_written_off(decision)
    if decision.outcome not in OUTCOMES[DecisionKind(decision.kind)]:
        said.append(Reason("Välj ett utfall som hör till beslutets slag.", "outcome"))
    if decision.outcome != Outcome.GRANTED:
        # 32 § förvaltningslagen: reasons may be left out only when they are obviously unnecessary.
        if not decision.reasons.strip():
            said.append(Reason("Skriv skälen för beslutet: bestämmelserna och det som avgjort.", "reasons"))
        if not decision.short_reasons.strip():
            said.append(Reason("Skriv skälen i korthet, med en eller två meningar.", "short_reasons"))
    if decision.is_appealable and not decision.appeal_text.strip():
        said.append(Reason("Skriv hur beslutet överklagas.", "appeal_text"))
    years = rows_of(decision, "years", "year_budget")
    if decision.outcome in GRANTING:
        return [*said, *unreasoned_low_points(decision), *_money_faults(decision, years), *_period_faults(decision)]
    if decision.amount_sek or years:
        said.append(Reason("Ett beslut utan stöd har inget belopp. Ta bort beloppet.", "amount_sek"))
    return said


def _money_faults(decision: Any, years: list[Any]) -> list[Reason]:
    application, call = decision.application, decision.application.call
    amount, basis, said = decision.amount_sek, decision.basis_cost_sek, []
    if amount <= 0:
        said.append(Reason("Skriv det belopp som föreslås, i hela kronor.", "amount_sek"))
    if amount > application.applied_sek:
        said.append(Reason(f"Föreslå högst det sökta beloppet, {format_sek(application.applied_sek)}.", "amount_sek"))
    elif amount == application.applied_sek and decision.outcome == Outcome.PARTLY_GRANTED:
        said.append(Reason("Hela det sökta beloppet föreslås. Välj ”Beviljad”.", "outcome"))
    elif 0 < amount < application.applied_sek and decision.outcome == Outcome.GRANTED:
        said.append(Reason("Beloppet är lägre än det sökta. Välj ”Delvis beviljad”.", "outcome"))
    if call.largest_amount_sek is not None and amount > call.largest_amount_sek:
        said.append(Reason(f"Utlysningen ger högst {format_sek(call.largest_amount_sek)} per projekt.", "amount_sek"))
    if basis <= 0:
        said.append(Reason("Skriv den godkända kostnaden, i hela kronor.", "basis_cost_sek"))
    elif basis > application.total_cost_sek:
        most = format_sek(application.total_cost_sek)
        said.append(Reason(f"Godkänn högst den kostnad som ansökan har, {most}.", "basis_cost_sek"))
    elif amount > basis:
        said.append(Reason("Stödet kan inte vara större än den godkända kostnaden.", "amount_sek"))
    elif call.largest_share_percent is not None and share_exceeds(amount, basis, call.largest_share_percent):
        most = call.largest_share_percent
        said.append(Reason(f"Stödet får vara högst {most}\u00a0% av den godkända kostnaden.", "amount_sek"))
    split = sum(year.amount_sek for year in years)
    if split != amount:
        said.append(
            Reason(
                f"Fördela hela beloppet på budgetår. Nu är {format_sek(split)} av {format_sek(amount)} fördelat.",
                "years",
            )
        )
    if any(year.year_budget.call_id != call.pk for year in years):
        said.append(Reason("Välj budgetår som hör till utlysningen.", "years"))
    return [*said, *_other_theme(application, years)]


def _other_theme(application: Any, years: list[Any]) -> list[Reason]:
    """Money of another theme than the application's: it has changed its theme since the proposal was written."""
    own = {row.pk for row in application.call.budget_rows(application.theme_id)}
    if all(year.year_budget_id in own for year in years):
        return []
    return [Reason("Pengarna är fördelade på ett annat tema än ansökans. Återför ärendet och fördela om dem.", "years")]


def _period_faults(decision: Any) -> list[Reason]:
    """The period, inside the call's, and not before the application came in (handbook for project funds, "Krav på projektet")."""
    call, said = decision.application.call, []
    if decision.start_on is None:
        said.append(Reason("Skriv när projektet får starta.", "start_on"))
    if decision.end_on is None:
        said.append(Reason("Skriv när projektet ska vara slut.", "end_on"))
    if decision.start_on is None or decision.end_on is None:
        return said
    if decision.end_on <= decision.start_on:
        said.append(Reason("Projektet måste sluta efter att det startar.", "end_on"))
    received = decision.application.submitted_at
    if received and decision.start_on < stockholm(received).date():
        day = format_day(stockholm(received).date())
        said.append(
            Reason(f"Ansökan kom in {day}. Projektet kan tidigast starta den dagen. Ändra startdagen.", "start_on")
        )
    if call.earliest_start_on and decision.start_on < call.earliest_start_on:
        said.append(Reason(f"Projekt i utlysningen startar tidigast {format_day(call.earliest_start_on)}.", "start_on"))
    if call.latest_end_on and decision.end_on > call.latest_end_on:
        said.append(Reason(f"Projekt i utlysningen slutar senast {format_day(call.latest_end_on)}.", "end_on"))
    return said


def unreasoned_low_points(decision: Any) -> list[Reason]:
    """Support below a minimum that the call has told the applicants of wants a reason, which the decider reads."""
    if decision.outcome not in GRANTING or decision.below_lowest_reasons.strip():
        return []
    below = scoring.below_lowest(_review_of(decision.application))
    if not below:
        return []
    told = " ".join(str(fault) for fault in below)
    return [
        Reason(f"{told} Skriv varför projektet ändå ska få stöd, eller föreslå avslag.", "below_lowest_reasons"),
    ]


def budget_left(decision: Any) -> list[Reason]:
    """Years whose budget does not hold the amount. What counts is the guarded UPDATE; this tells beforehand."""
    years = rows_of(decision, "years", "year_budget__theme")
    return [
        *_other_theme(decision.application, years),
        *(
            budget_is_out(row.year_budget, row.amount_sek)
            for row in years
            if row.year_budget.used_sek + row.amount_sek > row.year_budget.budget_sek
        ),
    ]


def budget_is_out(year_budget: Any, wanted_sek: int) -> Reason:
    """The refusal that says year, what is left and what is needed."""
    left = format_sek(year_budget.budget_sek - year_budget.used_sek)
    theme = f" i temat {year_budget.theme.title}" if year_budget.theme_id else ""
    return Reason(
        f"Budgeten för {year_budget.year}{theme} räcker inte: {left} är kvar och beslutet behöver {format_sek(wanted_sek)}. "
        "Återför ärendet och sänk beloppet eller fördela om mellan åren.",
        "years",
    )


def _review_of(application: Any) -> Any:
    """The application's review: as the transaction holds it, or read."""
    from evaluation.models import Review  # the models know their machines, which know these blockers

    review = held.recall_by(Review, "application", application.pk)
    if review is None:
        return application.review
    review.application = application
    return review


def before_deciding(decision: Any) -> list[str]:
    said: list[str] = []
    if Conflict.objects.filter(case=decision.case_id, user=decision.rapporteur_id).exists():
        said.append(Reason("Föredraganden har anmält jäv. Återför ärendet till en annan handläggare.", "rapporteur"))
    if decision.kind not in ENDING_KINDS:
        return said
    application = decision.application
    said += [*waits_for_supplement(application), *withdrawn_is_written_off(decision)]
    if decision.kind == DecisionKind.SUPPORT:
        review = _review_of(application)
        said += [
            *second_check_left(review),
            *opinions_left(review),
            *assessments_left(review),
            *unreasoned_low_points(decision),
            *budget_left(decision),
        ]
    return said


def before_dispatching(decision: Any) -> list[str]:
    if withdrawn_is_written_off(decision):
        return [Reason("Ansökan togs tillbaka innan beslutet expedierades. Återför ärendet och föreslå avskrivning.")]
    return []


def before_final(decision: Any) -> list[str]:
    """The time to appeal is out, counted from dispatch; the action counts from the day of receipt where that is known."""
    return [*appeal.too_early(decision)]
