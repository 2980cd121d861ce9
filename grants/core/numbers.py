"""Register numbers: gap-free series per authority and year (OSL 5 kap. 2 §: date and number of each registered document)."""

from django.db.models import F

from grants.core.held import whole
from grants.core.models import NumberSeries


@whole
def next_number(series: str, year: int) -> int:
    """The next number of the series. Rolls back with the caller's transaction, so no gap is left by a refusal."""
    place = NumberSeries.objects.filter(series=series, year=year)
    if not place.update(last=F("last") + 1):
        NumberSeries.objects.bulk_create([NumberSeries(series=series, year=year)], ignore_conflicts=True)
        place.update(last=F("last") + 1)
    return place.values_list("last", flat=True).get()


def format_register_number(year: int, number: int) -> str:
    """2027-00212."""
    return f"{year}-{number:05d}"
