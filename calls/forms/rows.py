"""Rows of a page: several like forms that are added, removed and moved by buttons, and rows that are there when ticked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from grants.core.forms import NumberedRow


class RowForm(NumberedRow):
    """A row that may be left blank. ``layout``: its fields in order, those that stand beside each other as a tuple.

    ``quiet``: fields that always have a value, so that they do not tell whether something is written in the row. ``headed_by``:
    the field of a given thing's row that bears the thing's name, if the row has it.
    """

    mark_optional = False
    layout: tuple[str | tuple[str, ...], ...] = ()
    quiet: tuple[str, ...] = ()
    headed_by = "chosen"
    fold_name = ""
    """What the fold is called where the row's own name stands beside it, at its box."""

    def has_changed(self) -> bool:
        """Whether something is written in the row: what is hidden or always chosen does not count."""
        values = [
            field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
            if name not in self.quiet and not field.widget.is_hidden
        ]
        return any(value.strip() if isinstance(value, str) else value for value in values)

    @property
    def lines(self) -> list[list[Any]]:
        """The fields as the page shows them, line by line."""
        return lines_of(self, self.layout)

    @property
    def is_headed(self) -> bool:
        return self.headed_by in self.fields

    @property
    def is_there(self) -> bool:
        """Whether a row for a given thing is one: its box is ticked, or it has none. Only for a valid form."""
        return bool(self.cleaned_data.get("chosen", "chosen" not in self.fields))

    @property
    def hidden(self) -> list[Any]:
        return [self[name] for name, field in self.fields.items() if field.widget.is_hidden]

    @property
    def folded(self) -> str:
        """What the page shows of the row until one opens it; "" for a row that stands open: one with faults always does."""
        return "" if self.errors else self.told()

    def told(self) -> str:
        """The row in a few words, from what is saved or was typed; "" where it is too short to fold, or still blank."""
        return ""

    def shown(self, name: str) -> str:
        """What stands in a field."""
        return str(self[name].value() or "").strip()

    @property
    def anchor(self) -> str:
        return f"{self.prefix}-rad"


def lines_of(form: forms.Form, layout: Iterable[str | tuple[str, ...]]) -> list[list[Any]]:
    """The fields of a form by its layout, those that it lacks left out."""
    found = []
    for line in layout:
        names = (line,) if isinstance(line, str) else line
        fields = [form[name] for name in names if name in form.fields]
        if fields:
            found.append(fields)
    return found


def as_typed(form_class: type[forms.Form], data: Any, prefix: str = "") -> dict[str, Any]:
    """What was posted, as initial values of a form that is shown again without being checked."""
    names = {name: f"{prefix}-{name}" if prefix else name for name in form_class.base_fields}
    return {name: form_class.base_fields[name].widget.value_from_datadict(data, {}, key) for name, key in names.items()}


class Rows:
    """A number of row forms of one kind. Blank rows are left out; a list without rows begins with one.

    ``check=False`` shows what was posted without judging it.

    ``options``: choices of fields, by name. ``move``: a button that was pressed, such as "up:2".
    """

    def __init__(
        self,
        form_class: type[RowForm],
        prefix: str,
        *,
        row_name: str,
        add_label: str,
        data: Any = None,
        check: bool = True,
        initial: Sequence[dict[str, Any]] = (),
        blank: int = 1,
        most: int = 12,
        options: dict[str, Any] | None = None,
        move: str = "",
    ):
        self.form_class, self.prefix, self.most = form_class, prefix, most
        self.row_name, self.add_label, self.options = row_name, add_label, options or {}
        values: list[Any] = [*initial]
        if data is None:
            values = values or [None] * blank
        else:
            count = min(self._posted_count(data), most)
            values = [as_typed(form_class, data, f"{prefix}-{index}") for index in range(count)]
        if move:
            values = moved(values, move, most)
        bound = data if check and not move else None
        self.forms = [self._form(index, bound, value) for index, value in enumerate(values)]

    def fill(self, name: str, things: Iterable[Any]) -> None:
        """A row for each of the things that no row has yet, in place of blank ones."""
        values = [form.initial for form in self.forms if form.initial.get(name)]
        held = {str(getattr(row[name], "pk", row[name])) for row in values}
        values += [{name: thing} for thing in things if str(thing.pk) not in held]
        self.forms = [self._form(index, None, row) for index, row in enumerate(values[: self.most])]

    def _posted_count(self, data: Any) -> int:
        text = str(data.get(self.count_name, ""))
        return int(text) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else 1

    def _form(self, index: int, data: Any, initial: Any) -> RowForm:
        # Bound forms get no initial values: "changed" then means that something is written in the row.
        form = self.form_class(
            data,
            prefix=f"{self.prefix}-{index}",
            initial=initial if data is None else None,
            empty_permitted=True,
            use_required_attribute=False,
        )
        form.row_name = f"{self.row_name} {index + 1}"
        offer(form, self.options)
        return form

    @property
    def count_name(self) -> str:
        return f"{self.prefix}-antal"

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= self.most

    @property
    def written(self) -> list[RowForm]:
        """The rows that something was written in."""
        return [form for form in self.forms if form.has_changed()]

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        """Their values. Only after every form was found valid."""
        return [form.cleaned_data for form in self.written]

    def field_at(self, row: str, name: str) -> tuple[RowForm, str] | None:
        """The form and field that a reason about the row with that number points at."""
        written = self.written
        if row.isdigit() and int(row) < len(written) and name in written[int(row)].fields:
            return written[int(row)], name
        return None


class TickedRows:
    """One row for each of some given things; the row is there when its box is ticked. ``locked``: those that always are."""

    def __init__(
        self,
        form_class: type[RowForm],
        prefix: str,
        things: Iterable[tuple[str, str, Any]],
        *,
        key: str,
        data: Any = None,
        check: bool = True,
        initial: Sequence[dict[str, Any]] = (),
        locked: Iterable[str] = (),
        defaults: dict[str, dict[str, Any]] | None = None,
    ):
        self.prefix, self.key, self.locked = prefix, key, set(locked)
        held = {str(getattr(row[key], "pk", row[key])): row for row in initial}
        self.things: dict[str, Any] = {}
        self.forms: list[RowForm] = []
        for code, label, thing in things:
            row = held.get(str(getattr(thing, "pk", thing)))
            values = {**(defaults or {}).get(code, {}), **({**row, "chosen": True} if row else {})}
            name = f"{prefix}-{code}"
            if data is not None and not check:
                values = as_typed(form_class, data, name)
            form = form_class(data if check else None, prefix=name, initial=values, use_required_attribute=False)
            form.row_name = label
            if form.is_headed:
                form.fields[form.headed_by].label = label
            if code in self.locked:
                form.fields["chosen"].disabled, form.initial["chosen"] = True, True
            self.things[code] = thing
            self.forms.append(form)

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        """The rows that are there."""
        return [
            {self.key: thing, **form.cleaned_data}
            for thing, form in zip(self.things.values(), self.forms, strict=True)
            if form.is_there
        ]

    def field_at(self, row: str, name: str) -> tuple[RowForm, str] | None:
        """The form and field of the thing with that code."""
        codes = list(self.things)
        if row in codes and name in self.forms[codes.index(row)].fields:
            return self.forms[codes.index(row)], name
        return None


def moved(values: list[Any], move: str, most: int) -> list[Any]:
    """The rows after a press of "add", "remove:2", "up:2" or "down:2". What makes no sense changes nothing."""
    name, _, text = move.partition(":")
    if name == "add":
        return [*values, None] if len(values) < most else values
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) >= len(values):
        return values
    index, rows = int(text), list(values)
    if name == "remove":
        del rows[index]
    elif name in ("up", "down"):
        other = index + (1 if name == "down" else -1)
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
    return rows


def offer(form: forms.Form, options: dict[str, Any]) -> None:
    """Give the fields of a form their choices."""
    for name, choices in options.items():
        if name in form.fields:
            field: Any = form.fields[name]
            field.offer(choices)
