"""Seeding a demo's history without its echo: no mail rows and no rendering jobs while the block runs.

A mail about a pretended past would reach its reader now, and ten thousand renderings would hold up the worker; letters
render when somebody first opens them. Nothing is faked: no row says that a mail went. Refused where settings.DEMO is off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def is_quiet() -> bool:
    """Whether mail and renderings are left out now."""
    return _quiet.get()


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out mail and renderings inside the block. Raises RuntimeError outside demo databases."""
    if not settings.DEMO:
        raise RuntimeError("Only the seeding of a demo database may leave out mail and renderings.")
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)
