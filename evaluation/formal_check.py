"""The points of the formal check, each with its legal ground. The answers are rows of the review."""

from calls.standards import FORMAL_CHECK_POINTS, Point

__all__ = ["BY_CODE", "POINTS", "Point"]

POINTS = FORMAL_CHECK_POINTS
BY_CODE = {point.code: point for point in POINTS}
