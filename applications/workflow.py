"""The machine of an application (ansökan).

draft → submitted → in_review ⇄ supplement_requested → decided; other endings: withdrawn, dismissed, closed without trial.
"""

from __future__ import annotations

from typing import Any

from applications import blockers, rules
from applications.enums import OPEN_STATES, State
from grants.core.workflow import StatefulModel, state_field, step


class ApplicationWorkflow(StatefulModel):
    called = "Ansökan"
    state = state_field(State, State.DRAFT)

    class Meta:
        abstract = True

    @step(
        State.DRAFT,
        State.SUBMITTED,
        label="Skicka in ansökan",
        done="Ansökan skickades in",
        may=rules.may_submit,
        blockers=blockers.before_submit,
    )
    def submit(
        self: Any,
        *,
        by: Any,
        at: Any,
        case: Any,
        is_late: bool,
        cutoff: Any,
        content_sha256: str,
        search_words: str,
    ) -> None:
        """``case``: the case opened with its register number. ``content_sha256``: of the content that is frozen there.

        ``cutoff``: the one that it came in for; None in a call with one end, and when it is late.
        """
        self.submitted_by, self.submitted_at, self.updated_at = by, at, at
        self.case, self.is_late, self.cutoff, self.content_sha256 = case, is_late, cutoff, content_sha256
        self.search_words = search_words

    @step(
        State.SUBMITTED, State.IN_REVIEW, label="Börja handlägga", done="Handläggningen började", may=rules.may_handle
    )
    def begin_review(self, *, by: Any, at: Any) -> None:
        """The handler has taken up the application."""

    @step(
        State.IN_REVIEW,
        State.SUPPLEMENT_REQUESTED,
        label="Begär komplettering",
        done="Komplettering begärdes",
        may=rules.may_handle,
        tone="secondary",
    )
    def request_supplement(self, *, by: Any, at: Any) -> None:
        """The applicant is asked for more (FL 20 §)."""

    @step(
        State.SUPPLEMENT_REQUESTED,
        State.IN_REVIEW,
        label="Skicka in kompletteringen",
        done="Kompletteringen skickades in",
        may=rules.may_answer,
        blockers=blockers.before_submit,
    )
    def answer_supplement(self: Any, *, by: Any, at: Any, search_words: str) -> None:
        """The next version has come in; the earlier ones stay in the case file."""
        self.updated_at, self.search_words = at, search_words

    @step(
        OPEN_STATES,
        State.WITHDRAWN,
        label="Återta ansökan",
        done="Ansökan återtogs",
        may=rules.may_withdraw,
        tone="danger",
        confirm="Vill ni återta ansökan? Den prövas då inte, och det går inte att ångra.",
        needs_reason=True,
    )
    def withdraw(self: Any, *, by: Any, at: Any, why: str) -> None:
        self.ended_reason, self.updated_at = why, at

    @step(
        (State.IN_REVIEW, State.SUPPLEMENT_REQUESTED),
        State.DECIDED,
        label="Avgör ansökan",
        done="Ansökan avgjordes",
        may=rules.may_conclude,
        blockers=blockers.before_conclude,
    )
    def decide(self, *, by: Any, at: Any) -> None:
        """A decision on support has been made: granted, partly granted or rejected."""

    @step(
        OPEN_STATES,
        State.DISMISSED,
        label="Avvisa ansökan",
        done="Ansökan avvisades",
        may=rules.may_conclude,
        blockers=blockers.before_conclude,
        tone="danger",
    )
    def dismiss(self, *, by: Any, at: Any) -> None:
        """Not tried on its merits: too late or not completed (FL 20 §)."""

    @step(
        (*OPEN_STATES, State.WITHDRAWN),
        State.CLOSED_WITHOUT_TRIAL,
        label="Skriv av ansökan",
        done="Ansökan skrevs av",
        may=rules.may_conclude,
        tone="danger",
    )
    def close_without_trial(self, *, by: Any, at: Any) -> None:
        """Written off, as after a withdrawal (avskrivning)."""
