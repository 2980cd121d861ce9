"""The worker's tasks: ids in, one claimed row each. Running one twice or never is harmless: the rows decide."""

import logging
import time
from typing import Any

from celery import Task, shared_task

from grants.core import jobs, mail

log = logging.getLogger(__name__)
SILENT_SECONDS = 10.0
"""How long a process sends no hints after the broker failed it: less than the sweep needs to find the rows anyway."""

_silent_until = 0.0


def send_hint(task: Task, *args: Any) -> None:
    """Hand a task to the broker; a broker that is gone is logged and left to the sweep, and nobody waits for it again soon."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        task.apply_async(args=args, retry=False)
    except Exception as fault:
        _silent_until = time.monotonic() + SILENT_SECONDS
        log.warning("broker not reached (%s); the sweep takes it", fault)


@shared_task(ignore_result=True)
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task(ignore_result=True)
def send_message(message_id: str) -> None:
    mail.send(message_id)


@shared_task(ignore_result=True)
def sweep_messages() -> None:
    mail.sweep()


@shared_task(ignore_result=True)
def sweep_jobs() -> None:
    jobs.sweep()
