"""What a fault test measured, and whether its figure is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Figures:
    """Measured values in the order they were set; ``missed`` says in words which parts of the figure were not reached."""

    values: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def __setitem__(self, name: str, value: Any) -> None:
        self.values[name] = value

    def must(self, holds: bool, what: str) -> None:
        """A part of the figure: when it does not hold, ``what`` is missed."""
        if not holds:
            self.missed.append(what)

    def must_equal(self, name: str, measured: Any, wanted: Any) -> None:
        """Record a value that has to be exactly this."""
        self[name] = measured
        self.must(measured == wanted, f"{name} is {measured}, must be {wanted}")

    def must_not_exceed(self, name: str, measured: float, most: float) -> None:
        """Record a value that has to be at most this."""
        self[name] = round(measured, 2)
        self.must(measured <= most, f"{name} is {measured:.2f}, must be at most {most}")

    @property
    def is_reached(self) -> bool:
        return not self.missed and bool(self.values)

    def line(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.values.items())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0–1) of the values lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
