"""Reading the files of reference data and finding every fault in them, before anything is written."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from grants.strategy.reference import FILES, OBJECTIVES, ReferenceFile

MAX_FILE_BYTES = 20 * 1024 * 1024
"""The whole set is below 200 kB; something larger is another file than the one meant."""
UNWANTED = ("Cc", "Cf", "Cn", "Co", "Zl", "Zp")
"""Unicode categories: control characters, invisible ones (some turn text around), non-characters, line separators."""


class Fault(NamedTuple):
    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class BrokenFiles(ValueError):
    """The files hold faults; nothing has been written. `faults` names every one of them, in the order of the files."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass
class Row:
    line: int
    key: str
    values: dict[str, Any]
    """Parsed values by column; a column whose value is at fault is missing."""


@dataclass
class Sheet:
    file: ReferenceFile
    rows: list[Row] = field(default_factory=list)
    is_whole: bool = False
    """Every row could be told apart; others may be checked against its keys."""

    def by_key(self) -> dict[str, Row]:
        return {row.key: row for row in self.rows}


def read_all(directory: Path) -> dict[str, Sheet]:
    """Every file of the set, checked whole, by file name. Raises BrokenFiles with all faults of all files."""
    faults: list[Fault] = []
    sheets = {file.name: read(file, directory, faults) for file in FILES}
    check_references(sheets, faults)
    check_rows(sheets, faults)
    check_contact_areas(sheets, faults)
    check_parents(sheets[OBJECTIVES.name], faults)
    if faults:
        place = {file.name: number for number, file in enumerate(FILES)}
        raise BrokenFiles(sorted(set(faults), key=lambda fault: (place[fault.file], fault.line, fault.reason)))
    return sheets


def read(file: ReferenceFile, directory: Path, faults: list[Fault]) -> Sheet:
    sheet = Sheet(file)
    lines = readable_lines(file, directory, faults)
    if lines is None:
        return sheet
    numbered = records(file, lines, faults)
    _, header = next(numbered, (1, []))
    names = [name.strip() for name in header or []]
    if not header_fits(file, names, faults):
        return sheet
    first_line_of: dict[str, int] = {}
    lost = 0
    for line, cells in numbered:
        if cells is None:
            lost += 1
        elif len(cells) != len(names):
            faults.append(Fault(file.name, line, f"has {len(cells)} fields, the header has {len(names)}"))
            lost += 1
        else:
            row = parse_row(file, line, dict(zip(names, cells, strict=True)), faults)
            if row.key in first_line_of:
                reason = f"{file.key} '{row.key}' is already on line {first_line_of[row.key]}"
                faults.append(Fault(file.name, line, reason))
            elif row.key:
                first_line_of[row.key] = line
                sheet.rows.append(row)
            else:
                lost += 1
    if not sheet.rows and not lost:
        faults.append(Fault(file.name, 1, "has no rows: an empty file does not end every row"))
    sheet.is_whole = bool(sheet.rows) and not lost
    return sheet


def readable_lines(file: ReferenceFile, directory: Path, faults: list[Fault]) -> list[str] | None:
    """The lines of the file as text, or None after naming what makes it unreadable."""
    path = directory / file.name
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            faults.append(Fault(file.name, 1, f"is larger than {MAX_FILE_BYTES // 1024 // 1024} MB"))
            return None
        raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        faults.append(Fault(file.name, 1, "the file is missing"))
        return None
    except OSError as error:
        faults.append(Fault(file.name, 1, f"the file cannot be read: {error.strerror}"))
        return None
    return [readable(file, number, line, faults) for number, line in enumerate(raw.split(b"\n"), start=1)]


def readable(file: ReferenceFile, number: int, line: bytes, faults: list[Fault]) -> str:
    """The line as text; what is not text is named as a fault and replaced, so that the rest can still be checked."""
    line = line.removesuffix(b"\r")
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8: byte 0x{line[error.start]:02X} at position {error.start + 1}"
        faults.append(Fault(file.name, number, reason))
        decoded = line.decode("utf-8", errors="replace")
    bad = next((char for char in decoded if unicodedata.category(char) in UNWANTED), None)
    if bad is not None:
        reason = f"holds the control or invisible character U+{ord(bad):04X} at position {decoded.index(bad) + 1}"
        faults.append(Fault(file.name, number, reason))
    return "".join("\ufffd" if unicodedata.category(char) in UNWANTED else char for char in decoded)


def records(file: ReferenceFile, lines: list[str], faults: list[Fault]) -> Iterator[tuple[int, list[str] | None]]:
    """The rows that are not blank, each with the number of its first line; None for a row that cannot be told apart."""
    reader = csv.reader((line + "\n" for line in lines), strict=True)
    line = 1
    try:
        for cells in reader:
            if any("\n" in cell for cell in cells):
                faults.append(Fault(file.name, line, "a field goes on over a line break; check the quotes"))
                yield line, None
            elif cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file.name, line, f"the row cannot be read: {error}"))
        yield line, None


def header_fits(file: ReferenceFile, names: list[str], faults: list[Fault]) -> bool:
    """Whether the rows can be read under this header. An unknown column is a fault, but the rest is checked."""
    known = {column.name for column in file.columns}
    if not names:
        faults.append(Fault(file.name, 1, "the file is empty: the header is missing"))
        return False
    missing = [column.name for column in file.columns if column.name not in names and not column.may_be_absent]
    doubled = sorted({name for name in names if names.count(name) > 1})
    unknown = sorted(set(names) - known)
    for problem, found in (("missing", missing), ("repeated", doubled), ("unknown", unknown)):
        faults.extend(Fault(file.name, 1, f"{problem} column '{name}'") for name in found)
    return not missing and not doubled


def parse_row(file: ReferenceFile, line: int, cells: dict[str, str], faults: list[Fault]) -> Row:
    texts = {name: unicodedata.normalize("NFC", cell.strip()) for name, cell in cells.items()}
    values: dict[str, Any] = {}
    for column in file.columns:
        value = texts.get(column.name, "")
        if not value and column.required:
            faults.append(Fault(file.name, line, f"{column.name} is empty"))
            continue
        try:
            parsed = column.parse(value)
        except ValueError as error:
            faults.append(Fault(file.name, line, f"{column.name}: {error}"))
            continue
        most = longest(file, column.kept)
        if most is not None and isinstance(parsed, str) and len(parsed) > most:
            faults.append(Fault(file.name, line, f"{column.name} has {len(parsed)} characters, at most {most} fit"))
            continue
        values[column.name] = parsed
    return Row(line, str(values.get(file.key, texts[file.key])), values)


def longest(file: ReferenceFile, field_name: str) -> int | None:
    return getattr(file.model._meta.get_field(field_name), "max_length", None) if field_name else None


def check_references(sheets: dict[str, Sheet], faults: list[Fault]) -> None:
    for sheet in sheets.values():
        for column in sheet.file.columns:
            target = sheets.get(column.refers)
            if target is None or not target.is_whole:
                continue  # an unreadable file is one fault, not one per row that refers to it
            known = target.by_key()
            for row in sheet.rows:
                value = row.values.get(column.name)
                if value and value not in known:
                    reason = f"{column.name} '{value}' is not in {target.file.name}"
                    faults.append(Fault(sheet.file.name, row.line, reason))


def check_rows(sheets: dict[str, Sheet], faults: list[Fault]) -> None:
    """What the columns of a row say about each other, and about the region that it belongs to."""
    regions = sheets["regions.csv"].by_key()
    for row in sheets["regions.csv"].rows:
        nuts2, nuts3 = row.values.get("nuts2_code"), row.values.get("nuts3_code")
        if nuts2 and nuts3 and not nuts3.startswith(nuts2):
            faults.append(Fault("regions.csv", row.line, f"nuts3_code '{nuts3}' does not lie in nuts2_code '{nuts2}'"))
    for row in sheets["municipalities.csv"].rows:
        county, code, name = (row.values.get(n) for n in ("county_code", "municipality_code", "county_name"))
        if county and code and not code.startswith(county):
            reason = f"municipality_code '{code}' does not begin with county_code '{county}'"
            faults.append(Fault("municipalities.csv", row.line, reason))
        expected = regions[county].values.get("county_name") if county in regions else None
        if name and expected and name != expected:
            reason = f"county_name '{name}' differs from '{expected}' in regions.csv"
            faults.append(Fault("municipalities.csv", row.line, reason))
    for row in sheets["rus.csv"].rows:
        year, day = row.values.get("adopted_year"), row.values.get("adopted_date")
        if year and day and not day.startswith(str(year)):
            faults.append(Fault("rus.csv", row.line, f"adopted_date '{day}' is not in adopted_year {year}"))
    for row in sheets[OBJECTIVES.name].rows:
        county, parent = row.values.get("county_code"), row.values.get("parent_code")
        if county and not row.key.startswith(f"{county}-"):
            reason = f"objective_code '{row.key}' does not begin with county_code '{county}'"
            faults.append(Fault(OBJECTIVES.name, row.line, reason))
        if county and parent and not parent.startswith(f"{county}-"):
            faults.append(Fault(OBJECTIVES.name, row.line, f"parent_code '{parent}' belongs to another county"))


def check_contact_areas(sheets: dict[str, Sheet], faults: list[Fault]) -> None:
    """contact_areas.csv and regions.csv must agree on which counties an area has."""
    areas, regions = sheets["contact_areas.csv"], sheets["regions.csv"]
    if not (areas.is_whole and regions.is_whole):
        return
    listed = {area.key: area.values.get("county_codes", []) for area in areas.rows}
    known = regions.by_key()
    for area in areas.rows:
        for county in listed[area.key]:
            if county not in known:
                reason = f"county_codes: '{county}' is not in regions.csv"
            elif known[county].values.get("contact_area") not in (area.key, None):
                reason = f"county_codes: '{county}' has another contact_area in regions.csv"
            else:
                continue
            faults.append(Fault("contact_areas.csv", area.line, reason))
    for region in regions.rows:
        area_key = region.values.get("contact_area", "")
        if listed.get(area_key) and region.key not in listed[area_key]:
            reason = f"contact_area '{area_key}' does not list '{region.key}' in contact_areas.csv"
            faults.append(Fault("regions.csv", region.line, reason))


def check_parents(objectives: Sheet, faults: list[Fault]) -> None:
    """No objective may be above itself, directly or through others."""
    parent_of = {row.key: row.values.get("parent_code", "") for row in objectives.rows}
    for row in objectives.rows:
        above, steps = parent_of[row.key], 0
        while above and above != row.key and steps <= len(parent_of):
            above, steps = parent_of.get(above, ""), steps + 1
        if above == row.key:
            faults.append(Fault(objectives.file.name, row.line, f"parent_code makes a circle back to '{row.key}'"))
