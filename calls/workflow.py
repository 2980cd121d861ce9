"""The machine of a call: draft → published → open → closed → settled → archived; cancelled before it closes.

It opens and closes by the clock.
"""

from __future__ import annotations

from typing import Any

from calls import blockers, rules
from calls.enums import State
from grants.core.people import system_only
from grants.core.workflow import StatefulModel, state_field, step


class CallWorkflow(StatefulModel):
    called = "Utlysningen"
    state = state_field(State, State.DRAFT)

    class Meta:
        abstract = True

    @step(
        State.DRAFT,
        State.PUBLISHED,
        label="Publicera",
        done="Utlysningen publicerades",
        may=rules.may_manage,
        blockers=blockers.before_publish,
        confirm="Vill du publicera utlysningen? Sedan syns den för alla. Texterna, pengarna och senare datum går att ändra, "
        "men inte reglerna.",
    )
    def publish(self, *, by: Any, at: Any) -> None:
        """Show the call to everyone; its text, money and rules stand fast from now on."""

    @step(State.PUBLISHED, State.OPEN, label="Öppna", done="Utlysningen öppnade", may=rules.may_run_clock)
    def open(self, *, by: Any, at: Any) -> None:
        """Take applications, at the opening instant (the action asks the clock)."""

    @step(State.OPEN, State.CLOSED, label="Stäng", done="Utlysningen stängde", may=rules.may_run_clock)
    def close(self, *, by: Any, at: Any) -> None:
        """Stop at the closing instant, never before: a deadline does not move backwards (the action asks the clock)."""

    @step(
        State.CLOSED,
        State.SETTLED,
        label="Markera som avgjord",
        done="Utlysningen avgjordes",
        may=rules.may_manage,
        blockers=blockers.before_settle,
        confirm="Är alla ansökningar i utlysningen avgjorda?",
    )
    def settle(self, *, by: Any, at: Any) -> None:
        """Every application has its decision."""

    @step(
        (State.PUBLISHED, State.OPEN),
        State.CANCELLED,
        label="Ställ in",
        done="Utlysningen ställdes in",
        tone="danger",
        may=rules.may_manage,
        confirm="Vill du ställa in utlysningen? Det går inte att ångra.",
        needs_reason=True,
    )
    def cancel(self, *, by: Any, at: Any) -> None:
        """No more applications; those that have come in are kept and get their decisions."""

    @step(
        (State.SETTLED, State.CANCELLED),
        State.ARCHIVED,
        label="Arkivera",
        done="Utlysningen arkiverades",
        tone="secondary",
        may=rules.may_manage,
        confirm="Vill du arkivera utlysningen? Då försvinner den från de öppna sidorna.",
    )
    def archive(self, *, by: Any, at: Any) -> None:
        """Take the call away from the public pages; the authority still sees it."""

    @step(
        State.DRAFT,
        State.SETTLED,
        label="Lägg in som historik",
        done="Utlysningen lades in som historik",
        may=system_only,
    )
    def record_history(self, *, by: Any, at: Any) -> None:
        """A call that ended before this service existed. What is unknown about it stays empty."""
