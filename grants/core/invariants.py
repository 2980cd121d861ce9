"""The invariants of the database at hand, each a named check that returns its violations (TRUST section 2).

Apps register theirs in ``apps.ready``; ``manage.py check_invariants``, the stateful tests and the fault tests run them all.
"""

from collections.abc import Callable
from typing import Any

Check = Callable[[], list[str]]
CHECKS: dict[str, tuple[str, Check]] = {}


def invariant(number: str, statement: str) -> Callable[[Check], Check]:
    """Register a check under its id ("INV-1") and its statement in one line."""

    def decorate(check: Check) -> Check:
        CHECKS[f"{number} {check.__name__}"] = (statement, check)
        return check

    return decorate


def violations() -> dict[str, list[str]]:
    """Every registered check that finds something, with what it found."""
    found = {name: check() for name, (_, check) in sorted(CHECKS.items())}
    return {name: said for name, said in found.items() if said}


@invariant("INV-9", "Every chain of events is whole from its first event to its head")
def chains_hold() -> list[str]:
    from grants.core.history import faults

    return [str(fault) for fault in faults()]


@invariant("INV-9", "The triggers that keep rows are in place")
def triggers_in_place() -> list[str]:
    from django.db import connection

    from grants.core import triggers

    missing = triggers.wanted(connection) - triggers.installed(connection)
    return [f"trigger {name} is missing" for name in sorted(missing)]


@invariant("INV-4", "The state of every object is the last state that its events tell")
def states_match_events() -> list[str]:
    from django.apps import apps

    from grants.core.models import Event
    from grants.core.workflow import StatefulModel

    found = []
    for model in apps.get_models():
        if not issubclass(model, StatefulModel):
            continue
        last: dict[str, str] = {}
        told = Event.objects.filter(object_type=model._meta.label).exclude(to_state="").order_by("stream", "seq")
        for object_id, state in told.values_list("object_id", "to_state").iterator():
            last[object_id] = state
        initial = model.initial_state()
        rows: Any = model._base_manager
        for pk, state in rows.values_list("pk", "state").iterator():
            if state != last.get(str(pk), initial):
                found.append(f"{model._meta.label} {pk} is {state}, its events say {last.get(str(pk), initial)}")
    return found


@invariant(
    "INV-17", "Every instant is kept in UTC: times have zones, and so has the database's connection and every column"
)
def instants_are_in_utc() -> list[str]:
    import datetime as dt

    from django.apps import apps
    from django.conf import settings
    from django.db import connection, models

    found = [] if settings.USE_TZ else ["USE_TZ is off: times would be stored as the clock on the wall shows them"]
    if connection.timezone not in (None, dt.UTC):
        found.append(f"the connection's time zone is {connection.timezone}")
    if connection.vendor == "postgresql":
        wanted = {
            (model._meta.db_table, field.column)
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, models.DateTimeField)
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE data_type = 'timestamp without time zone' AND table_schema = current_schema()"
            )
            found += [
                f"{table}.{column} has no time zone" for table, column in cursor.fetchall() if (table, column) in wanted
            ]
    return found
