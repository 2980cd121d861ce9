"""The clock of calls."""

from celery import shared_task


@shared_task(ignore_result=True)
def run_clock() -> None:
    """Open and close what is due, through the same actions as people use."""
    from calls.actions import run_clock as open_and_close

    open_and_close()
