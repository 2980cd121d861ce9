"""The periodic task of stored files."""

from celery import shared_task


@shared_task(ignore_result=True)
def sweep_orphans() -> None:
    """Take away files that got no row."""
    from grants.documents import orphans

    orphans.sweep()
