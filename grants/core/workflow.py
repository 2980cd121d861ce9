"""One way to change a state (mechanism 1).

A ``workflow.py`` declares a machine: a ``StatefulModel`` with a state field and steps. ``perform`` is the only caller of a
step. The same declaration feeds the buttons, the timeline, the generated diagrams and the tests.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import connections, models
from django.db.models import F
from django_fsm import FSMField, transition

from grants.core import events, held
from grants.core.exceptions import Blocked, Reason, Stale, StateBypass
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.seen import same_version
from grants.core.time import now

Rule = Callable[[Any, Any], bool]
Blockers = Callable[[Any], Sequence[str]]


def state_label(obj: Any) -> str:
    """The state in words, as the screens show it."""
    return str(obj.get_state_display())


def no_blockers(obj: Any) -> Sequence[str]:
    """Nothing stands in the way but the state itself."""
    return []


@dataclass(frozen=True)
class Step:
    """One declared step: from which states, to which, under which label, who may, and what stands in the way."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    may: Rule
    blockers: Blockers = no_blockers
    tone: str = "primary"
    confirm: str = ""
    needs_reason: bool = False
    done: str = ""
    method: Callable[..., None] | None = field(default=None, compare=False)

    def reasons(self, obj: StatefulModel) -> list[str]:
        """Every reason why it cannot be done now; empty when it can."""
        if obj.state not in self.sources:
            return [Reason(f"”{self.label}” går inte att göra när läget är ”{state_label(obj)}”.")]
        return list(self.blockers(obj))


def step(
    source: str | Iterable[str],
    target: str,
    *,
    label: str,
    may: Rule,
    blockers: Blockers = no_blockers,
    tone: str = "primary",
    confirm: str = "",
    needs_reason: bool = False,
    done: str = "",
) -> Callable:
    """Declare a step of the machine. The method sets its own fields: no queries, no mail (STYLE).

    ``tone``: primary, secondary or danger, for the button. ``confirm``: the question a dialog asks first.
    ``needs_reason``: the person must give a reason, which the event keeps. ``done``: what the history says ("Ansökan skickades in");
    without it the button's label.
    """
    sources = (source,) if isinstance(source, str) else tuple(source)

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        declared = Step(
            method.__name__, sources, target, label, may, blockers, tone, confirm, needs_reason, done, method
        )

        @functools.wraps(method)
        def guarded(self: StatefulModel, *args: Any, **kwargs: Any) -> None:
            if self._performing != declared.name:
                raise StateBypass(f"Call perform(obj, {declared.name!r}, by=…), never the step itself.")
            method(self, *args, **kwargs)

        taken = transition(field="state", source=list(sources), target=target)(guarded)
        taken.step = declared
        return taken

    return decorate


def state_field(choices: type[models.TextChoices], initial: str) -> FSMField:
    """The protected state column of a machine."""
    return FSMField(
        "läge", choices=choices.choices, default=initial, protected=True, max_length=32, db_index=True, editable=False
    )


def state_constraint(name: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """Only declared states in the column, whatever wrote them."""
    return models.CheckConstraint(name=name, condition=models.Q(state__in=choices.values))


class StatefulQuerySet(models.QuerySet):
    """Querysets that cannot go around the machine: no update, create or bulk write of a state."""

    def update(self, **values: Any) -> int:
        if "state" in values:
            raise StateBypass("A state changes through perform() only.")
        values.setdefault("version", F("version") + 1)
        held.forget_rows()
        return super().update(**values)

    def delete(self) -> Any:
        held.forget_rows()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        if "state" in fields:
            raise StateBypass("A state changes through perform() only.")
        held.forget_rows()
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list:
        objs = list(objs)
        for obj in objs:
            obj._check_initial()
        return super().bulk_create(objs, *args, **kwargs)


class StatefulModel(models.Model):
    """A thing with a state machine. The state changes through ``perform`` only; a stale save never overwrites a newer row.

    ``version`` counts the saves; forms carry it so that a stale tab is told instead of overwriting.
    """

    state: Any
    version = models.PositiveIntegerField("version", default=0, editable=False)
    state_changed_at = models.DateTimeField("läget ändrat", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("skapad", default=now, editable=False)

    if not TYPE_CHECKING:  # each model types its own
        objects = StatefulQuerySet.as_manager()

    called: Any = "Uppgifterna"  # where a person is told that it has changed meanwhile
    read_with: ClassVar[tuple[str, ...]] = ()
    """Relations that nearly every rule asks, read in the same query as the locked row; they themselves are not locked."""
    _performing: str = ""
    _loaded: tuple[str, int] | None = None

    class Meta:
        abstract = True

    @property
    def stream(self) -> Any:
        """The UUID of the case (or call) whose history this object's events belong to."""
        return self.pk

    @property
    def events(self) -> models.QuerySet:
        """This object's own events, oldest first."""
        return events.of(self)

    @classmethod
    def steps(cls) -> dict[str, Step]:
        """Every declared step by name, in the order of declaration."""
        return _declared_steps(cls)

    @classmethod
    def initial_state(cls) -> str:
        field: Any = cls._meta.get_field("state")
        return str(field.default)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> StatefulModel:  # type: ignore[override]
        obj = super().from_db(db, field_names, values)
        obj._remember()
        return obj

    def _remember(self) -> None:
        held = self.__dict__
        self._loaded = (held["state"], held["version"]) if "state" in held and "version" in held else None

    def _check_initial(self) -> None:
        if self.state != self.initial_state():
            raise StateBypass(f"A new {self._meta.label} starts as {self.initial_state()!r}, not {self.state!r}.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save guarded by the state and version that were read. Raises Stale when somebody saved in between."""
        is_new = self._state.adding
        if is_new:
            self._check_initial()
        else:
            if self._loaded is None:
                raise StateBypass("Load stateful rows whole before saving them.")
            if self.state != self._loaded[0] and not self._performing:
                raise StateBypass("A state changes through perform() only.")
            self.version = self._loaded[1] + 1
        names = None if is_new else self._columns_to_write(kwargs.pop("update_fields", None))
        try:
            if names is None:
                super().save(*args, **({"force_update": not is_new} | kwargs))
            else:
                self._write_columns(names, kwargs.get("using") or self._state.db)
        except BaseException:
            if self._loaded is not None:
                self.version = self._loaded[1]
            held.forget(self)
            raise
        self._remember()
        if is_new:
            held.keep(self)  # nobody else sees the row before this transaction ends
        else:
            held.keep_written(self, names)

    def _columns_to_write(self, asked: Any) -> set[str] | None:
        """Those that were asked for; else, of a row that the transaction holds, those that differ; None: all of them."""
        names = held.changed(self) if asked is None else {*asked}
        return None if names is None else names | {"version", "state", "state_changed_at"}

    def _write_columns(self, names: set[str], using: Any) -> None:
        """Save these columns of a row that exists. Straight to the UPDATE: no signal listens to stateful rows."""
        fields = [field for field in self._meta.concrete_fields if field.name in names or field.attname in names]
        self._do_update(None, using, self.pk, [(field, None, field.pre_save(self, False)) for field in fields])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        held.forget(self)
        return super().delete(*args, **kwargs)

    def _do_update(  # type: ignore[override]
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any
    ) -> bool:
        """One UPDATE, guarded by the state and version that were read. Raises Stale when it finds no such row.

        Written out here: composing it through a queryset takes longer than the database needs to run it.
        """
        assert self._loaded is not None
        if any(hasattr(value, "resolve_expression") for _, _, value in values):
            rows: Any = type(self)._base_manager.using(using)
            guarded = rows.filter(state=self._loaded[0], version=self._loaded[1])
            found = super()._do_update(guarded, using, pk_val, values, *rest)
        else:
            db = connections[using]
            name, meta = db.ops.quote_name, self._meta
            columns = ", ".join(f"{name(field.column)} = %s" for field, _, _ in values)
            key: Any = meta.pk
            given = [field.get_db_prep_save(value, connection=db) for field, _, value in values]
            given += [key.get_db_prep_value(pk_val, connection=db), str(self._loaded[0]), self._loaded[1]]
            sql = f"UPDATE {name(meta.db_table)} SET {columns} WHERE {name(key.column)} = %s AND state = %s AND version = %s"
            with db.cursor() as cursor:
                cursor.execute(sql, given)
                found = cursor.rowcount > 0
        if not found:
            raise Stale
        return True

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Refresh and tell the truth, keeping the protection also when the row is gone."""
        held = self.__dict__
        old = {"state": held.pop("state")} if "state" in held and (fields is None or "state" in fields) else {}
        try:
            super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        except BaseException:
            held.update(old)
            raise
        self._remember()


@functools.cache
def _declared_steps(model: type[StatefulModel]) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for klass in reversed(model.__mro__):
        for attribute in vars(klass).values():
            declared = getattr(attribute, "step", None)
            if isinstance(declared, Step):
                found[declared.name] = declared
    return found


@dataclass(frozen=True)
class StepView:
    """A step as a page shows it: pressable, or greyed with its reasons."""

    name: str
    label: str
    tone: str
    confirm: str
    needs_reason: bool
    reasons: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons


def steps_for(obj: StatefulModel, user: Any) -> list[StepView]:
    """The steps that this person may take from the present state, each with what still stands in the way."""
    return [
        StepView(s.name, s.label, s.tone, s.confirm, s.needs_reason, tuple(s.reasons(obj)))
        for s in obj.steps().values()
        if obj.state in s.sources and s.may(obj, user)
    ]


@whole
def perform(
    obj: Any,
    name: str,
    *,
    by: Any,
    reason: str = "",
    at: Any = None,
    facts: dict[str, Any] | None = None,
    as_held: bool = False,
    version: int | None = None,
    **given: Any,
) -> Any:
    """Take one step and write its event, in one transaction; returns the fresh row.

    Locks the row, asks the rule, collects every blocker, takes the step (which gets ``by``, ``at`` and ``given``), saves,
    records. ``facts`` go into the event only. Raises PermissionDenied or Blocked; then nothing is written.
    ``as_held``: use this very object, with the relations read onto it, if it is what the transaction has locked; else lock.
    ``version``: the one that the person's page showed; raises Stale when the row has another (grants.core.seen).
    """
    row = obj if as_held and held.is_held(obj) else lock(obj)
    declared = type(row).steps()[name]
    if not declared.may(row, by):
        raise PermissionDenied(f"{declared.label}: du har inte behörighet.")
    same_version(row, version)
    reasons = declared.reasons(row)
    if declared.needs_reason and not reason.strip():
        reasons.append(Reason("Skriv en motivering.", "reason"))
    if reasons:
        raise Blocked(reasons)
    at = at or now()
    before = row.state
    row._performing = name
    try:
        getattr(row, name)(by=by, at=at, **given)
        row.state_changed_at = at
        row.save()
    finally:
        row._performing = ""
    events.record(
        row,
        name,
        by=by,
        at=at,
        label=declared.done or declared.label,
        from_state=before,
        to_state=row.state,
        reason=reason,
        facts=facts,
    )
    return row
