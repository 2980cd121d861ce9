"""The periodic tasks of stored files."""

from celery import shared_task


@shared_task(ignore_result=True)
def sweep_orphans() -> None:
    """Take away files that got no row."""
    from grants.documents import orphans

    orphans.sweep()


@shared_task(ignore_result=True)
def scan_waiting() -> None:
    """Ask the scanner again about files that still wait."""
    from grants.documents import scanning

    scanning.sweep()
