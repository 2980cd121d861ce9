"""The machines of a review, of an opinion and of a decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evaluation import blockers, rules
from evaluation.enums import DecisionState, OpinionState, ReviewState
from grants.core.workflow import StatefulModel, state_field, step


class ReviewWorkflow(StatefulModel):
    """Unassigned → formal check → assessing → proposed → decided; back to assessing when a proposal is returned."""

    called = "Ärendet"
    handler: Any
    state = state_field(ReviewState, ReviewState.UNASSIGNED)

    class Meta:
        abstract = True

    @step(
        ReviewState.UNASSIGNED,
        ReviewState.FORMAL_CHECK,
        label="Tilldela handläggare",
        done="Handläggare utsågs",
        may=rules.may_assign,
        tone="secondary",
    )
    def assign(self, *, by: Any, at: dt.datetime, handler: Any) -> None:
        self.handler = handler

    @step(
        ReviewState.FORMAL_CHECK,
        ReviewState.ASSESSING,
        label="Avsluta formell kontroll",
        done="Den formella kontrollen blev klar",
        may=rules.may_handle,
        blockers=blockers.before_assessing,
    )
    def finish_formal_check(self, *, by: Any, at: dt.datetime) -> None:
        """The state says it all."""

    @step(
        ReviewState.ASSESSING,
        ReviewState.PROPOSED,
        label="Föreslå beslut om stöd",
        done="Beslut om stöd föreslogs",
        may=rules.may_handle,
        blockers=blockers.before_proposing_support,
    )
    def propose(self, *, by: Any, at: dt.datetime) -> None:
        """The decision holds the proposal."""

    @step(
        (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING),
        ReviewState.PROPOSED,
        label="Föreslå avvisning eller avskrivning",
        done="Avvisning eller avskrivning föreslogs",
        may=rules.may_handle,
        blockers=blockers.before_proposing_ending,
        tone="secondary",
    )
    def propose_ending(self, *, by: Any, at: dt.datetime) -> None:
        """The decision holds the proposal."""

    @step(
        (ReviewState.PROPOSED, ReviewState.DECIDED),
        ReviewState.ASSESSING,
        label="Återför till beredning",
        done="Ärendet återfördes till beredning",
        may=rules.may_return_review,
        tone="secondary",
    )
    def reopen(self, *, by: Any, at: dt.datetime) -> None:
        """Follows the decision's way back."""

    @step(
        ReviewState.PROPOSED,
        ReviewState.DECIDED,
        label="Beslut är fattat",
        done="Beredningen avslutades med beslut",
        may=rules.may_conclude_review,
    )
    def conclude(self, *, by: Any, at: dt.datetime) -> None:
        """Follows the decision."""


class OpinionWorkflow(StatefulModel):
    """To be asked → requested → answered, or waived with a reason. An answer may come without having been asked for here."""

    called = "Yttrandet"
    asked_by: Any
    asked_at: Any
    due_on: Any
    question: Any
    answer: Any
    answered_on: Any
    answered_by: Any
    answered_at: Any
    file: Any
    waived_by: Any
    waived_at: Any
    waived_reason: Any
    state = state_field(OpinionState, OpinionState.TO_ASK)

    class Meta:
        abstract = True

    @step(
        OpinionState.TO_ASK,
        OpinionState.REQUESTED,
        label="Begär yttrande",
        done="Yttrande begärdes",
        may=rules.may_handle_opinion,
    )
    def ask(self, *, by: Any, at: dt.datetime, question: str, due_on: dt.date) -> None:
        self.asked_by, self.asked_at = by, at
        self.question, self.due_on = question, due_on

    @step(
        (OpinionState.TO_ASK, OpinionState.REQUESTED),
        OpinionState.ANSWERED,
        label="Lämna yttrande",
        done="Yttrande kom in",
        may=rules.may_answer_opinion,
    )
    def take_in(self, *, by: Any, at: dt.datetime, answer: str, answered_on: dt.date, file: Any) -> None:
        self.answered_by, self.answered_at = by, at
        self.answer, self.answered_on, self.file = answer, answered_on, file

    @step(
        (OpinionState.TO_ASK, OpinionState.REQUESTED),
        OpinionState.WAIVED,
        label="Avstå från yttrandet",
        done="Myndigheten avstod från yttrandet",
        may=rules.may_handle_opinion,
        tone="secondary",
        needs_reason=True,
    )
    def waive(self, *, by: Any, at: dt.datetime, why: str) -> None:
        self.waived_by, self.waived_at, self.waived_reason = by, at, why


class DecisionWorkflow(StatefulModel):
    """Preparing ⇄ proposed → made → dispatched → final. Until it is dispatched a made decision can be taken back."""

    proposed_at: Any
    decider: Any
    made_at: Any
    dissent: Any
    others: Any
    dispatched_at: Any
    final_on: Any
    state = state_field(DecisionState, DecisionState.PREPARING)

    class Meta:
        abstract = True

    @property
    def called(self) -> str:  # type: ignore[override]
        return "Förslaget" if self.state in (DecisionState.PREPARING, DecisionState.PROPOSED) else "Beslutet"

    @step(
        DecisionState.PREPARING,
        DecisionState.PROPOSED,
        label="Lämna förslag",
        done="Förslag till beslut lämnades",
        may=rules.may_propose,
        blockers=blockers.before_proposing,
    )
    def propose(self, *, by: Any, at: dt.datetime) -> None:
        self.proposed_at = at

    @step(
        DecisionState.PROPOSED,
        DecisionState.MADE,
        label="Fastställ beslut",
        done="Beslutet fattades",
        may=rules.may_decide,
        blockers=blockers.before_deciding,
        confirm="Fastställa beslutet?",
    )
    def decide(self, *, by: Any, at: dt.datetime, dissent: str = "", others: str = "") -> None:
        self.decider, self.made_at, self.dissent, self.others = by, at, dissent, others

    @step(
        DecisionState.MADE,
        DecisionState.DISPATCHED,
        label="Expediera beslutet",
        done="Beslutet expedierades",
        may=rules.may_dispatch,
        blockers=blockers.before_dispatching,
        confirm="Expediera beslutet till sökanden?",
    )
    def dispatch(self, *, by: Any, at: dt.datetime) -> None:
        self.dispatched_at = at

    @step(
        DecisionState.DISPATCHED,
        DecisionState.FINAL,
        label="Anteckna laga kraft",
        done="Laga kraft antecknades",
        may=rules.may_dispatch,
        blockers=blockers.before_final,
        tone="secondary",
    )
    def make_final(self, *, by: Any, at: dt.datetime, final_on: dt.date) -> None:
        self.final_on = final_on

    @step(
        (DecisionState.PROPOSED, DecisionState.MADE),
        DecisionState.PREPARING,
        label="Återför till handläggaren",
        done="Förslaget återfördes till handläggaren",
        may=rules.may_send_back,
        tone="danger",
        confirm="Återföra ärendet till handläggaren?",
        needs_reason=True,
    )
    def send_back(self, *, by: Any, at: dt.datetime) -> None:
        self.proposed_at = self.decider = self.made_at = None
        self.dissent = self.others = ""
