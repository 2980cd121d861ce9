"""The clock of drafts."""

from celery import shared_task


@shared_task(ignore_result=True)
def remind_of_deadlines() -> None:
    """Remind those with drafts of the deadlines that are near."""
    from applications import reminders

    reminders.run()
