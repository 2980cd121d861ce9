"""What can be taken out, declared once per subject (mechanism 7): django-import-export's Resource over our columns.

The Resource carries the fields and headings to everything that knows django-import-export; the workbook itself is
streamed by grants.core.workbook, since import-export holds the whole file in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from grants.core.workbook import Column


class Native(Widget):
    """Keeps numbers and dates as they are."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class ColumnField(Field):
    """A field that shows what our column shows. Exports only: nothing is imported through it."""

    def __init__(self, column: Column):
        super().__init__(column_name=column.heading, widget=Native(), readonly=True)
        self.column = column

    def get_value(self, instance: Any) -> Any:
        return self.column.value(instance)


class ColumnResource(Resource):
    """A subject: its fields are its columns, in their order."""

    name: ClassVar[str]
    """The sheet's name."""
    about: ClassVar[str]
    """What one row is and which rows there are, in Swedish."""
    columns: ClassVar[Sequence[Column]]

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.fields = {column.key: ColumnField(column) for column in self.columns}

    def get_queryset(self) -> Any:
        """Every row of the subject; raises NotImplementedError where a subject forgot it."""
        raise NotImplementedError
