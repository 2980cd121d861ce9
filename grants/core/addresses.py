"""Every address of the service with its view, method and policy: for the access test and docs/permissions.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from grants.core.policy import Policy, policy_of


@dataclass(frozen=True)
class Address:
    """One URL pattern, walked out of the URLconf."""

    route: str
    name: str
    view: Callable
    policy: Policy | None


def addresses() -> list[Address]:
    """All of them, in the order of the URLconf."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list, prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + re.sub(r"[\^$]|\\Z", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            yield Address(route, name, pattern.callback, policy_of(pattern.callback))
