"""The clock of evaluation."""

from celery import shared_task


@shared_task(ignore_result=True)
def remind_of_opinions() -> None:
    """Remind of opinions whose last day has passed, through the same action as every other caller."""
    from evaluation.actions import remind_of_opinions as remind

    remind()
