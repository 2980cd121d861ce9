"""Money, time and text: one spelling each, refusals that say what to do."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.core import money, time
from grants.core.text import clean_json, clean_name, clean_text

HARD = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("45000", 45000),
        ("45 000", 45000),
        (f"1{HARD}234{HARD}567", 1234567),
        (" 12 kr", 12),
        ("1\u202f000", 1000),
        ("0", 0),
    ],
)
def test_whole_kronor_are_read_as_people_type_them(typed, amount):
    assert money.parse_sek(typed) == amount


@pytest.mark.parametrize("typed", ["45k", "12,50", "-5", "1.000", "", "١٢", "1e5", "NaN", "∞", "²", "1" * 16, "0x10"])
def test_what_is_no_amount_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"^(Skriv|Beloppet).*\.$"):
        money.parse_sek(typed)


@given(st.integers(min_value=0, max_value=money.MAX_SEK))
def test_a_shown_amount_reads_back_as_itself(amount):
    assert money.parse_sek(money.format_sek(amount)) == amount


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_ore_read_back_as_themselves(amount):
    assert money.parse_ore(money.format_ore(amount)) == amount


@pytest.mark.parametrize(("ore", "whole"), [("0.49", 0), ("0.50", 1), ("1.5", 2), ("2.5", 3), ("99.994", 100)])
def test_rounding_is_half_up_not_half_even(ore, whole):
    assert money.round_sek(Decimal(ore)) == whole


def test_a_share_at_the_limit_is_within_it_and_a_krona_more_is_not():
    assert not money.share_exceeds(500_000, 1_000_000, 50)
    assert money.share_exceeds(500_001, 1_000_000, 50)
    assert money.percent_of(500_001, 1_000_000) == Decimal("50.0")


def test_negative_amounts_have_a_real_minus():
    assert money.format_sek(-1234) == f"−1{HARD}234{HARD}kr"


@pytest.mark.parametrize("year", range(2026, 2031))
def test_every_hour_of_the_days_when_clocks_change_is_refused_or_unambiguous(year):
    """INV-17: minute by minute over both days."""
    for month in (3, 10):
        last = max(day for day in range(25, 32) if dt.date(year, month, day).weekday() == 6)
        day = dt.date(year, month, last)
        for minute in range(24 * 60):
            clock = dt.time(minute // 60, minute % 60)
            odd = clock.hour == 2
            if odd:
                with pytest.raises(ValueError, match="klockan ställs"):
                    time.local_instant(day, clock)
            else:
                shown = time.stockholm(time.local_instant(day, clock))
                assert (shown.hour, shown.minute) == (clock.hour, clock.minute)


def test_a_day_begins_at_stockholms_midnight():
    assert time.day_start(dt.date(2027, 1, 15)) == dt.datetime(2027, 1, 14, 23, tzinfo=dt.UTC)
    assert time.day_start(dt.date(2026, 7, 1)) == dt.datetime(2026, 6, 30, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "typed", ["11/22/2026", "2026-13-01", "2026-02-30", "26-01-01", "1066-10-14", "", "２０２６-01-01"]
)
def test_what_is_no_day_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        time.parse_day(typed)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-12-15", 1, "2028-01-15"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 13, "2027-12-30"),
    ],
)
def test_months_are_added_within_the_month(start, months, end):
    assert time.add_months(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b", "ab"), ("rad\r\nrad", "rad\nrad"), ("e\u0301", "é"), ("\ud800x", "x"), ("\ufffe", ""), ("\uffff", ""),
        ("tab\tstår", "tab\tstår"), ("ŋ đ á", "ŋ đ á"), ("\x0b\x1f", ""), ("👩‍💻", "👩‍💻"),
    ],
)  # fmt: skip
def test_text_is_cleaned_of_what_databases_and_files_cannot_hold(raw, clean):
    assert clean_text(raw) == clean


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_cleaning_twice_changes_nothing_and_the_result_can_be_encoded(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert once.encode("utf-8").decode("utf-8") == once


def test_a_name_is_one_line_and_never_turns_the_reading_direction():
    assert clean_name("  exe\u202egnp.\n pdf ") == "exegnp. pdf"


def test_json_is_cleaned_in_depth_and_too_deep_or_endless_values_are_refused():
    assert clean_json({"a\x00": ["b\x00", {"c": 1}]}) == {"a": ["b", {"c": 1}]}
    with pytest.raises(ValueError, match="ändligt"):
        clean_json(float("nan"))
    deep: list = []
    for _ in range(30):
        deep = [deep]
    with pytest.raises(ValueError, match="djupt"):
        clean_json(deep)
