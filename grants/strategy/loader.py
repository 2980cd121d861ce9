"""Loading the reference data: check every file, compare with what is stored, write the difference.

All or nothing: every file is checked whole before the first row is written, and everything is written in one
transaction. A second run changes nothing.

- A row that left its file is ended (`ended_on`), one that came back is reopened; nothing is deleted.
- The place of a row in its file is stored (`order`), but a moved row does not count as changed.
- A RUS gets a **new version** when its title changes or a known adoption (year, date) becomes another one, and when an
  objective's content changes (label, level, the region's word, parent, strategy). The version before stays with its
  objectives, no longer current, so that links keep the version that they were made against. An adoption that was
  unknown or less exact (empty → 2022, 2022-02 → 2022-02-14) is completed in place. So are changes of period, notes,
  addresses and strategy_status. An objective that only comes or goes does so within the version.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from grants.core import time
from grants.strategy.models import Objective, Rus
from grants.strategy.reading import Row, Sheet, read_all
from grants.strategy.reference import FILES, OBJECTIVES, RUS, ReferenceFile

DATA_DIR = Path(__file__).resolve().parent / "data"
LOCK = 7_374_726
"""Two loads at the same time wait for each other (PostgreSQL; SQLite has one writer). Any constant of our own."""

OBJECTIVE_CONTENT = ("label", "level", "source_term", "strategy")


@dataclass
class Report:
    """What one file did. The lists hold the keys of the rows, `changed` also the fields."""

    file: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0

    def __str__(self) -> str:
        return (
            f"{self.file}: {len(self.added)} added, {len(self.changed)} changed, {len(self.reopened)} reopened, "
            f"{len(self.ended)} ended, {self.unchanged} unchanged"
        )

    def rows(self) -> list[str]:
        marks = (("+", self.added), ("~", self.changed), ("<", self.reopened), ("-", self.ended))
        return [f"  {mark} {text}" for mark, texts in marks for text in texts]

    @property
    def is_silent(self) -> bool:
        return not self.rows()


def load(directory: Path = DATA_DIR, *, today: date | None = None, dry_run: bool = False) -> list[Report]:
    """Bring the database to what the files say and tell what that took, file by file.

    Raises BrokenFiles, before anything is written, with every fault of every file.
    """
    sheets = read_all(Path(directory))
    day = today or time.today()
    reports = []
    with transaction.atomic():
        wait_for_other_loads()
        ids: dict[str, dict[str, int]] = {}
        for file in FILES:
            sheet = sheets[file.name]
            if file is RUS:
                reports += load_strategies(sheet, sheets[OBJECTIVES.name], ids, day)
            elif file is not OBJECTIVES:
                reports.append(load_sheet(sheet, ids, day))
        if dry_run:
            transaction.set_rollback(True)
    return reports


def wait_for_other_loads() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def load_sheet(sheet: Sheet, ids: dict[str, dict[str, int]], day: date) -> Report:
    """A file whose rows are one model's rows. Leaves the ids of its rows in `ids` for the files that refer to it."""
    file, manager = sheet.file, sheet.file.model._default_manager
    stored = {str(getattr(row, file.key_field)): row for row in manager.all()}
    report, fresh, touched = Report(file.name), [], []
    for place, row in enumerate(sheet.rows, start=1):
        values = field_values(file, row, ids) | ({"order": place} if file.follows_file_order else {})
        known = stored.get(row.key)
        if known is None:
            fresh.append(file.model(**values))
            report.added.append(row.key)
        elif bring_up_to_date(known, row.key, values, report):
            touched.append(known)
    touched += end_missing(((key, stored[key]) for key in stored.keys() - sheet.by_key().keys()), report, day)
    manager.bulk_create(fresh)
    write(touched)
    ids[file.name] = {str(getattr(row, file.key_field)): row.pk for row in [*stored.values(), *fresh]}
    return report


def field_values(file: ReferenceFile, row: Row, ids: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The row as attributes of its model, references as ids."""
    values: dict[str, Any] = {"source": file.source} if file.source else {}
    for column in file.columns:
        if column.kept and column.refers:
            values[f"{column.kept}_id"] = ids[column.refers].get(row.values[column.name])
        elif column.kept:
            values[column.kept] = row.values[column.name]
    if file.name == "contact_areas.csv":
        values["name"] = row.key.capitalize()
    return values


def bring_up_to_date(stored: models.Model, key: str, values: dict[str, Any], report: Report) -> bool:
    """Set what differs and count the row as reopened, changed or unchanged. True when it must be written."""
    differing = [name for name, value in values.items() if getattr(stored, name) != value]
    for name in differing:
        setattr(stored, name, values[name])
    was_ended = getattr(stored, "ended_on", None) is not None
    told = [name for name in differing if name != "order"]
    if was_ended:
        setattr(stored, "ended_on", None)  # noqa: B010 - the one attribute that every model here but Rus has
        report.reopened.append(key)
    elif told:
        report.changed.append(f"{key}: {', '.join(name.removesuffix('_id') for name in told)}")
    else:
        report.unchanged += 1
    return was_ended or bool(differing)


def end_missing(missing: Iterable[tuple[str, Any]], report: Report, day: date) -> list[Any]:
    """End those that are not ended yet."""
    ended = []
    for key, row in sorted(missing, key=lambda pair: pair[0]):
        if row.ended_on is None:
            row.ended_on = day
            report.ended.append(key)
            ended.append(row)
    return ended


def write(rows: list[Any]) -> None:
    if rows:
        model = type(rows[0])
        names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        model._default_manager.bulk_update(rows, names)


def load_strategies(sheet: Sheet, objectives: Sheet, ids: dict[str, dict[str, int]], day: date) -> list[Report]:
    """rus.csv and rus_objectives.csv together, since a changed objective makes a new version of its strategy."""
    strategies, details = Report(sheet.file.name), Report(objectives.file.name)
    # Ordered by version: the last one of each region stays in the dictionary.
    latest = {rus.region.county_code: rus for rus in Rus.objects.select_related("region").order_by("version")}
    stored: dict[int, dict[str, Objective]] = {rus.pk: {} for rus in latest.values()}
    for objective in Objective.objects.filter(rus__in=stored).select_related("parent"):
        stored[objective.rus_id][objective.code] = objective
    by_county: dict[str, list[Row]] = {row.key: [] for row in sheet.rows}
    for row in objectives.rows:
        by_county[row.values["county_code"]].append(row)

    fresh: list[Rus] = []
    touched: list[Rus] = []
    for row in sheet.rows:
        values = field_values(sheet.file, row, ids)
        old = latest.get(row.key)
        if old is None:
            fresh.append(Rus(**values))
            strategies.added.append(row.key)
        elif is_another_version(old, values) or content_changed(stored[old.pk], by_county[row.key]):
            if retire(old, f"{row.key} version {old.version}", strategies, day):
                touched.append(old)
            fresh.append(Rus(**values, version=old.version + 1, valid_from=day))
            strategies.added.append(f"{row.key} version {old.version + 1}")
        elif bring_rus_up_to_date(old, row.key, values, strategies):
            touched.append(old)
    for county in sorted(latest.keys() - sheet.by_key().keys()):
        if retire(latest[county], county, strategies, day):
            touched.append(latest[county])
    write(touched)  # before the new ones: a region has one current version at a time
    Rus.objects.bulk_create(fresh)

    in_use = {rus.region_id: rus for rus in [*latest.values(), *fresh] if rus.is_current}
    load_objectives(objectives, {c: in_use[ids["regions.csv"][c]] for c in by_county}, stored, details, day)
    return [strategies, details]


def is_another_version(old: Rus, values: dict[str, Any]) -> bool:
    year, adopted = values["adopted_year"], values["adopted_date"]
    return (
        old.title != values["title"]
        or (old.adopted_year is not None and old.adopted_year != year)
        or not adopted.startswith(old.adopted_date)
    )


def content_changed(stored: dict[str, Objective], rows: list[Row]) -> bool:
    """Whether an objective that exists, ended or not, would say something else than when it was linked to."""
    for row in rows:
        known = stored.get(row.key)
        if known is None:
            continue
        if (known.parent.code if known.parent else "") != row.values["parent_code"]:
            return True
        content = field_values(OBJECTIVES, row, NO_IDS)
        if any(getattr(known, name) != content[name] for name in OBJECTIVE_CONTENT):
            return True
    return False


NO_IDS: dict[str, dict[str, int]] = {"rus.csv": {}, "rus_objectives.csv": {}}


def retire(rus: Rus, key: str, report: Report, day: date) -> bool:
    if not rus.is_current:
        return False
    rus.is_current, rus.valid_to = False, day
    report.ended.append(key)
    return True


def bring_rus_up_to_date(rus: Rus, key: str, values: dict[str, Any], report: Report) -> bool:
    if rus.is_current:
        return bring_up_to_date(rus, key, values, report)
    rus.is_current, rus.valid_to = True, None
    for name, value in values.items():
        setattr(rus, name, value)
    report.reopened.append(key)
    return True


def load_objectives(
    sheet: Sheet, in_use: dict[str, Rus], stored: dict[int, dict[str, Objective]], report: Report, day: date
) -> None:
    """Objectives of the versions in use; those of versions that are no longer so are ended."""
    fresh: list[Objective] = []
    touched: list[Objective] = []
    kept: set[int] = set()
    for place, row in enumerate(sheet.rows, start=1):
        rus = in_use[row.values["county_code"]]
        values = field_values(sheet.file, row, NO_IDS) | {"rus_id": rus.pk, "order": place}
        values.pop("parent_id")  # of a known row it is the same, of a new one it may not be stored yet
        known = stored.get(rus.pk, {}).get(row.key)
        if known is None:
            fresh.append(Objective(**values))
            report.added.append(row.key)
        else:
            kept.add(known.pk)
            if bring_up_to_date(known, row.key, values, report):
                touched.append(known)
    gone = ((o.code, o) for of_rus in stored.values() for o in of_rus.values() if o.pk not in kept)
    write(touched + end_missing(gone, report, day))
    Objective.objects.bulk_create(fresh)
    set_parents(sheet, fresh, stored)


def set_parents(sheet: Sheet, fresh: list[Objective], stored: dict[int, dict[str, Objective]]) -> None:
    ids = {(rus_id, code): o.pk for rus_id, of_rus in stored.items() for code, o in of_rus.items()}
    ids |= {(objective.rus_id, objective.code): objective.pk for objective in fresh}
    rows = sheet.by_key()
    children = []
    for objective in fresh:
        parent_code = rows[objective.code].values["parent_code"]
        if parent_code:
            objective.parent_id = ids[objective.rus_id, parent_code]
            children.append(objective)
    Objective.objects.bulk_update(children, ["parent"])
