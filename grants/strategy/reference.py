"""The files of reference data: which columns each has, what a value must look like, where it is kept.

A column is one line. `refers` names the file whose key the value must be; `kept` is the model field, empty for a column
that is only checked. The order of FILES is the order of loading: a file stands after those that it refers to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from grants.strategy import models as strategy
from grants.strategy.enums import Level, OrganisationKind


def text(value: str) -> str:
    return value


def county_code(value: str) -> str:
    if not re.fullmatch(r"[0-9]{2}", value) or not 1 <= int(value) <= 25:
        raise ValueError(f"'{value}' is not a county code: write two digits, 01 to 25")
    return value


def county_codes(value: str) -> list[str]:
    return [county_code(part.strip()) for part in value.split(";")]


def pattern(expression: str, meaning: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(expression, value):
            raise ValueError(f"'{value}' is not {meaning}")
        return value

    return parse


def whole_number(least: int, most: int) -> Callable[[str], int | None]:
    def parse(value: str) -> int | None:
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ValueError(f"'{value}' is not a whole number from {least} to {most}")
        return int(value)

    return parse


def degrees(least: int, most: int, meaning: str) -> Callable[[str], float | None]:
    """Decimal degrees, WGS 84, within the box that holds Sweden: catches swapped columns."""

    def parse(value: str) -> float | None:
        if not value:
            return None
        number = float(value) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,8})?", value) else math.nan
        if not least <= number <= most:
            raise ValueError(f"'{value}' is not a {meaning} in Sweden ({least} to {most}, with a decimal point)")
        return number

    return parse


def partial_date(value: str) -> str:
    """YYYY-MM-DD or YYYY-MM, kept as text: some sources name no day."""
    try:
        if value:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", value):
                raise ValueError
            date.fromisoformat(value if len(value) == 10 else f"{value}-01")
    except ValueError:
        raise ValueError(f"'{value}' is not a date: write YYYY-MM-DD or YYYY-MM") from None
    return value


def yes_no_unknown(value: str) -> bool | None:
    if value not in ("yes", "no", ""):
        raise ValueError(f"'{value}' must be yes, no or empty (unknown)")
    return {"yes": True, "no": False, "": None}[value]


def yes_or_empty(value: str) -> bool:
    if value not in ("yes", ""):
        raise ValueError(f"'{value}' must be yes or empty")
    return value == "yes"


def level(value: str) -> str:
    by_label = {choice.label: choice.value for choice in Level}
    if value not in by_label:
        raise ValueError(f"'{value}' is not a level: write {', '.join(by_label)}")
    return by_label[value]


def organisation_kind(value: str) -> str:
    if value not in OrganisationKind.values:
        raise ValueError(f"'{value}' is not a type of organisation: write {', '.join(OrganisationKind.values)}")
    return value


def org_number(value: str) -> str:
    """NNNNNN-NNNN with its check digit (Luhn), or empty."""
    if value:
        if not re.fullmatch(r"[0-9]{6}-[0-9]{4}", value):
            raise ValueError(f"'{value}' is not an organisation number: write NNNNNN-NNNN")
        doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(value.replace("-", ""))]
        if sum(number // 10 + number % 10 for number in doubled) % 10:
            raise ValueError(f"'{value}' is not an organisation number: its check digit is wrong")
    return value


def address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s]+", value):
        raise ValueError(f"'{value[:60]}' is not a web address: begin with http:// or https://")
    return value


latitude = degrees(54, 70, "latitude")
longitude = degrees(9, 26, "longitude")


@dataclass(frozen=True)
class Column:
    name: str
    kept: str = ""
    parse: Callable[[str], Any] = text
    required: bool = False
    """The value may not be empty."""
    may_be_absent: bool = False
    """The whole column may be missing; every value is then read as empty."""
    refers: str = ""


@dataclass(frozen=True)
class ReferenceFile:
    name: str
    model: type[models.Model]
    key: str
    """The column that identifies a row."""
    columns: tuple[Column, ...]
    source: str = ""
    """Where the whole file comes from, when it has no column for it."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def key_field(self) -> str:
        return self.column(self.key).kept

    @property
    def follows_file_order(self) -> bool:
        """The model's `order` is the place in the file, not a column of it."""
        fields = {field.name for field in self.model._meta.get_fields()}
        return "order" in fields and all(column.kept != "order" for column in self.columns)


def same(name: str, parse: Callable[[str], Any] = text, **settings: Any) -> Column:
    """A column that is kept in the field of its own name."""
    return Column(name, name, parse, **settings)


SOURCE = same("source", required=True)
CODE = same("code", required=True)
LABELS = (same("label_sv", required=True), same("label_en"))
CODES_AND_NUTS = (
    "http://bjorling.org/provinces.php; http://www.bertilhallqvist.n.nu/sveriges-lan; "
    "https://wikimili.com/en/NUTS_statistical_regions_of_Sweden"
)
POINTS = "https://github.com/okfse/sweden-geojson (commit ff67bcb, 2020)"

CONTACT_AREAS = ReferenceFile(
    "contact_areas.csv",
    strategy.ContactArea,
    "contact_area",
    (
        Column("contact_area", "code", pattern(r"[a-zåäö-]+", "a name in small letters"), required=True),
        Column("county_codes", "", county_codes, required=True),
        same("is_vacant", yes_or_empty, may_be_absent=True),
        same("note"),
        SOURCE,
    ),
)
REGIONS = ReferenceFile(
    "regions.csv",
    strategy.Region,
    "county_code",
    (
        same("county_code", county_code, required=True),
        same("county_letter", pattern(r"[A-Z]{1,2}", "one or two capital letters"), required=True),
        same("county_name", pattern(r".+ län", "the name of a county: it must end in ' län'"), required=True),
        same("region_name", required=True),
        same("nuts3_code", pattern(r"SE[0-9]{3}", "a NUTS 3 code, such as SE110"), required=True),
        same("nuts2_code", pattern(r"SE[0-9]{2}", "a NUTS 2 code, such as SE11"), required=True),
        same("nuts2_name", required=True),
        same("residence_city", required=True),
        same("org_number", org_number),
        same("org_number_source", address),
        same("contact_area", required=True, refers="contact_areas.csv"),
        same("municipality_count", whole_number(1, 100), required=True),
        same("label_lat", latitude),
        same("label_lon", longitude),
        same("note"),
    ),
    source=CODES_AND_NUTS,
)
MUNICIPALITIES = ReferenceFile(
    "municipalities.csv",
    strategy.Municipality,
    "municipality_code",
    (
        Column(
            "municipality_code", "code", pattern(r"[0-9]{4}", "a municipality code: write four digits"), required=True
        ),
        Column("municipality_name", "name", required=True),
        Column("county_code", "region", county_code, required=True, refers="regions.csv"),
        Column("county_name", required=True),
        same("lat", latitude),
        same("lon", longitude),
    ),
    source=POINTS,
)
ORGANISATIONS = ReferenceFile(
    "organisations.csv",
    strategy.ReferenceOrganisation,
    "org_id",
    (
        Column("org_id", "code", pattern(r"[a-z0-9-]+", "a code of small letters, digits and hyphens"), required=True),
        Column("type", "kind", organisation_kind, required=True),
        same("name_sv", required=True),
        same("name_en"),
        Column("county_code", "region", lambda value: county_code(value) if value else "", refers="regions.csv"),
        same("org_number", org_number),
        same("role_in_process"),
        SOURCE,
    ),
)
RUS = ReferenceFile(
    "rus.csv",
    strategy.Rus,
    "county_code",
    (
        Column("county_code", "region", county_code, required=True, refers="regions.csv"),
        same("title", required=True),
        same("period"),
        same("adopted_year", whole_number(1990, 2100)),
        same("adopted_date", partial_date),
        same("explicitly_spatial", yes_no_unknown),
        same("spatial_note"),
        same("source_url", address),
        same("note"),
    ),
)
OBJECTIVES = ReferenceFile(
    "rus_objectives.csv",
    strategy.Objective,
    "objective_code",
    (
        Column("county_code", "rus", county_code, required=True, refers="rus.csv"),
        Column("objective_code", "code", pattern(r"[0-9]{2}-[VMP][0-9]{1,3}", "a code such as 24-M1"), required=True),
        Column("label_sv", "label", required=True),
        same("level", level, required=True),
        same("source_term"),
        Column("parent_code", "parent", refers="rus_objectives.csv"),
        same("strategy"),
        same("strategy_status"),
        same("source_url", address),
    ),
)
FILES = (
    CONTACT_AREAS,
    REGIONS,
    MUNICIPALITIES,
    ORGANISATIONS,
    RUS,
    OBJECTIVES,
    ReferenceFile(
        "strategic_areas.csv", strategy.StrategicArea, "code", (CODE, *LABELS, same("short_sv", required=True), SOURCE)
    ),
    ReferenceFile("societal_challenges.csv", strategy.SocietalChallenge, "code", (CODE, *LABELS, SOURCE)),
    ReferenceFile(
        "cross_cutting_drivers.csv",
        strategy.CrossCuttingDriver,
        "code",
        (CODE, *LABELS, same("kind", required=True), SOURCE),
    ),
    ReferenceFile(
        "collaboration_levels.csv",
        strategy.CollaborationLevel,
        "step",
        (same("step", whole_number(1, 99), required=True), *LABELS, same("meaning_en"), SOURCE),
    ),
    ReferenceFile(
        "key_questions.csv",
        strategy.KeyQuestion,
        "code",
        (CODE, same("question_sv", required=True), same("question_en"), same("theme_sv"), same("theme_en"), SOURCE),
    ),
    ReferenceFile(
        "dialogue_themes.csv",
        strategy.DialogueTheme,
        "code",
        (CODE, *LABELS, same("aspect_sv"), same("kind", required=True), SOURCE),
    ),
    ReferenceFile(
        "planning_levels.csv",
        strategy.PlanningLevel,
        "level",
        (
            same("level", pattern(r"[a-zåäö-]+", "a name in small letters"), required=True),
            same("order", whole_number(1, 99), required=True),
            same("name_sv", required=True),
            same("name_en"),
            same("instrument_sv"),
            same("instrument_en"),
            SOURCE,
        ),
    ),
)
