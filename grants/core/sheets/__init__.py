"""Reading Excel files that people send in: refused quickly when hostile, read in a child process with limits (TRUST F-12)."""

from grants.core.sheets.reading import Limits, SheetRead, Unreadable, read_upload, read_workbook

__all__ = ["Limits", "SheetRead", "Unreadable", "read_upload", "read_workbook"]
