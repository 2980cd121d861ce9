"""Register numbers without gaps and never twice (INV-14)."""

import threading

import pytest
from django.db import connection, transaction

from grants.core.models import NumberSeries
from grants.core.numbers import format_register_number, next_number


@pytest.mark.django_db
def test_numbers_follow_each_other_per_series_and_year():
    assert [next_number("a", 2026), next_number("a", 2026), next_number("a", 2027), next_number("b", 2026)] == [
        1,
        2,
        1,
        1,
    ]
    assert format_register_number(2027, 212) == "2027-00212"


@pytest.mark.django_db(transaction=True)
def test_a_refused_transaction_leaves_no_gap():
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("a", 2026)
        raise RuntimeError

    assert next_number("a", 2026) == 1


def taken_in_threads(take, threads: int = 8, each: int = 5) -> list[int]:
    """What ``threads`` real threads get, each in transactions of its own."""
    got: list[int] = []
    ready = threading.Barrier(threads)

    def work() -> None:
        ready.wait()
        try:
            for _ in range(each):
                with transaction.atomic():
                    got.append(take())
        finally:
            connection.close()

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
def test_eight_threads_at_once_get_forty_different_numbers_without_gap():
    assert sorted(taken_in_threads(lambda: next_number("a", 2026))) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_without_the_guarded_update_numbers_are_given_twice():
    """The negative twin: read, add, write. SQLite's IMMEDIATE transactions would hide the fault."""
    NumberSeries.objects.create(series="a", year=2026)

    def unguarded() -> int:
        row = NumberSeries.objects.get(series="a", year=2026)
        row.last += 1
        row.save()
        return row.last

    assert len(set(taken_in_threads(unguarded))) < 40
