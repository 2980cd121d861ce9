"""What is about files, processes and settings has no database of its own, and runs once."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.get_closest_marker("django_db") is None:
            item.add_marker("once")
