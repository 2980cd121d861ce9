"""The database of a fault test: prepared, filled by the real actions, asked afterwards."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from tests.faults.figures import Figures


def prepare() -> None:
    """Tables, cache, reference data, the broker's folders, the folder of the mails."""
    from grants.core.management.commands.serve import prepare_broker_folders
    from tests.builders import base

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    base.reference_data()
    prepare_broker_folders()
    mail_folder().mkdir(parents=True, exist_ok=True)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def invariants_hold(figures: Figures) -> None:
    """Every registered invariant finds nothing."""
    from grants.core.invariants import CHECKS, violations

    found = violations()
    figures["invariants checked"] = len(CHECKS)
    figures.must_equal("violations", sum(map(len, found.values())), 0)
    for name, said in found.items():
        print(f"{name}: {said[:3]}")


# Mail ----------------------------------------------------------------------------------------------------------------


def mail_folder() -> Path:
    return Path(os.environ["FAULT_FOLDER"]) / "mail"


def sent_mails() -> Counter[str]:
    """How many times each message went, by its Message-ID, as the mail server got them."""
    found: Counter[str] = Counter()
    for file in mail_folder().glob("*"):
        found.update(re.findall(r"^Message-ID: (<.+>)", file.read_text(errors="replace"), re.MULTILINE))
    return found


# Several at once -----------------------------------------------------------------------------------------------------


def at_once(tasks: Sequence[Callable[[], Any]], processes: int = 10) -> list[Any]:
    """Run all tasks at the same moment, spread over forked processes with a thread for each task.

    Returns each task's answer, or the exception it raised. Every thread has its own connection to the database.
    """
    context: Any = get_context("fork")
    processes = min(processes, len(tasks))
    barrier, answers = context.Barrier(len(tasks)), context.Queue()
    connections.close_all()

    def share(number: int) -> None:
        from threading import Thread

        threads = [Thread(target=one, args=(index,)) for index in range(number, len(tasks), processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answers.close()
        answers.join_thread()
        os._exit(0)

    def one(index: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(60)
            answer: Any = tasks[index]()
        except BaseException as fault:
            answer = fault if is_portable(fault) else RuntimeError(f"{type(fault).__name__}: {fault}")
        finally:
            connection.close()
        answers.put((index, answer))

    workers = [context.Process(target=share, args=(number,)) for number in range(processes)]
    for worker in workers:
        worker.start()
    try:
        found = dict(answers.get(timeout=120) for _ in tasks)
    finally:
        for worker in workers:
            worker.join(30)
            if worker.is_alive():
                worker.kill()
    return [found[index] for index in range(len(tasks))]


def is_portable(fault: BaseException) -> bool:
    """Whether the exception survives the way to another process."""
    import pickle

    try:
        pickle.loads(pickle.dumps(fault))
    except Exception:
        return False
    return True


def kinds(answers: Sequence[Any]) -> Counter[str]:
    """How many answers of each kind: "done", or the name of what was raised."""
    return Counter(type(a).__name__ if isinstance(a, BaseException) else "done" for a in answers)
