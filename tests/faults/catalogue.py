"""The fault tests that exist, by the id that TRUST gives them."""

from __future__ import annotations

from dataclasses import dataclass

BOTH = ("postgresql", "sqlite")


@dataclass(frozen=True)
class Fault:
    """One test: its module in this folder, what it does, on which databases, whether it wants Redis as broker."""

    module: str
    title: str
    databases: tuple[str, ...] = BOTH
    redis: bool = False


FAULTS = {
    "INV-1": Fault(
        "inv_01", "50 deciders at once on a budget that holds only some; a twin without the guard overshoots"
    ),
    "INV-8": Fault(
        "inv_08", "payments checked, decided and paid by several at once; a twin without the guard overshoots"
    ),
    "INV-9": Fault("inv_09", "a corpus of tamperings with the history, every one found"),
    "INV-14": Fault("inv_14", "2 to 20 presses of the same button at once: one case, one number, one receipt"),
    "F-1": Fault("f_01", "kill -9 of the worker while it exports", ("postgresql",), redis=True),
    "F-2": Fault("f_02", "kill -9 of web workers under 8 submitters", ("postgresql",)),
    "F-4": Fault("f_04", "Redis killed without persistence, and back", ("postgresql",), redis=True),
    "F-7": Fault("f_07", "every task delivered 2 to 5 times, in parallel, out of order", ("postgresql",), redis=True),
    "F-12": Fault("f_12", "workbooks that are bombs: refused within a second, in a child with limits", ("sqlite",)),
    "F-8": Fault(
        "f_08",
        "two tabs, back, ended sessions, killed servers, broken lines and crashed pages while one writes",
        ("sqlite",),
    ),
    "F-14": Fault("f_14", "submitters who press twice in the last minute before closing"),
    "F-15": Fault("f_15", "1 MB in a field, a 5 MB form, 2,000 fields and more", ("sqlite",)),
}
