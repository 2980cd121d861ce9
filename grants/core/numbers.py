"""Register numbers: gap-free series per authority and year (OSL 5 kap. 2 §: date and number of each registered document)."""

from django.db import transaction

from grants.core.held import whole
from grants.core.models import NumberSeries


@whole
def next_number(series: str, year: int) -> int:
    """The next number of the series. Rolls back with the caller's transaction, so no gap is left by a refusal."""
    number = _raised(series, year)
    if number is None:
        NumberSeries.objects.bulk_create([NumberSeries(series=series, year=year)], ignore_conflicts=True)
        number = _raised(series, year)
    assert number is not None
    return number


def _raised(series: str, year: int) -> int | None:
    """The series' last number after raising it by one, which locks it; None when there is no such series yet."""
    table = NumberSeries._meta.db_table
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last = last + 1 WHERE series = %s AND year = %s RETURNING last", [series, year]
        )
        found = cursor.fetchone()
    return found[0] if found else None


def format_register_number(year: int, number: int) -> str:
    """2027-00212."""
    return f"{year}-{number:05d}"
