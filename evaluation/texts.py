"""What a proposal starts from: the call's own texts, filled with what the case says; and mails of evaluation in the call's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from applications.texts import Values, frozen_values, link, values_of
from calls import texts
from calls.models import TextTemplate
from evaluation.enums import DecisionKind, Outcome
from evaluation.models import Decision, Opinion
from grants.core.money import format_sek
from grants.core.time import format_long_day

REASONS = {
    Outcome.GRANTED: "support-reasons-granted",
    Outcome.PARTLY_GRANTED: "support-reasons-partly-granted",
    Outcome.REJECTED: "support-reasons-rejected",
    Outcome.DISMISSED: "dismissal-reasons",
    Outcome.CLOSED_WITHOUT_TRIAL: "closing-reasons",
}


def case_values(review: Any) -> Values:
    """The values of a case that is being decided, from the content that came in."""
    score = "" if review.score is None else str(review.score).replace(".", ",")
    return frozen_values(review.application).beside({"poang": lambda: score})


def grounds(call: Any, kind: str, values: Mapping[str, str], held: dict[str, TextTemplate] | None = None) -> str:
    """Provisions to start from: the call's own text, else its legal basis and those that the kind of decision rests on."""
    key = texts.GROUNDS.get(DecisionKind(kind))
    if key is None:
        return ""
    held = texts.current_texts(call, [key]) if held is None else held
    own = texts.text_for(call, key, values, held)
    basis = "" if key in held or kind != DecisionKind.SUPPORT else call.legal_basis.strip()
    return "\n".join(part for part in (basis, own) if part)


def first_texts(review: Any, kind: str, outcome: str) -> dict[str, str]:
    """The texts of a new proposal, by field of the form."""
    call = review.application.call
    held, values = texts.current_texts(call), case_values(review)
    first = {
        "legal_grounds": grounds(call, kind, values, held),
        "appeal_text": texts.appeal_of(call, kind, values, held)[1],
        "reasons": texts.text_for(call, REASONS[Outcome(outcome)], values, held),
    }
    if kind == DecisionKind.SUPPORT:
        first["conditions"] = texts.text_for(call, "support-conditions", values, held)
        first["special_conditions"] = texts.text_for(call, "support-special-conditions", values, held)
    return first


def own_mail(template: str, context: dict[str, Any]) -> tuple[str, str] | None:
    """A mail about a decision or an opinion in the call's own words; None when it has none, or is about something else."""
    about, application = context.get("about"), context.get("application")
    if template not in texts.BY_TEMPLATE or application is None:
        return None
    values = values_of(application)
    if isinstance(about, Decision):
        values = values.beside(
            {
                "beslut": lambda: str(about.get_outcome_display()).lower(),
                "belopp": lambda: format_sek(about.amount_sek),
                "lank": lambda: link("evaluation:decision_applicant", application.pk),
            }
        )
    elif isinstance(about, Opinion) and about.reply_due_on:
        due_on = about.reply_due_on
        values = values.beside(
            {"sista_dag": lambda: format_long_day(due_on), "lank": lambda: link("evaluation:opinion_reply", about.pk)}
        )
    else:
        return None
    return texts.own_mail(application.call, template, values)
