"""The child process that opens a workbook from somebody else. Run by its path, alone: it imports nothing of ours.

Arguments: the file, bytes that may be unpacked, rows of a sheet, columns, seconds of CPU, megabytes of memory. Prints one
JSON object: {"sheets": [{"name", "cells": [[row, column, kind, text]], "formulas": [...], "merged": [...]}]} or {"refused": why}.
Numbers are printed as the text that stands in the file: no float on the way (INV-16).
"""

from __future__ import annotations

import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
CHUNK = 65_536
MOST_SHEETS = 20


class Refused(Exception):
    """The file is not read; the argument says why in one word."""


class Counted:
    """A member of the archive as a stream that counts what really comes out, over all members."""

    unpacked = 0

    def __init__(self, stream: Any, most: int):
        self.stream, self.most = stream, most

    def read(self, size: int = CHUNK) -> bytes:
        data: bytes = self.stream.read(min(size, CHUNK) if size and size > 0 else CHUNK)
        Counted.unpacked += len(data)
        if Counted.unpacked > self.most:
            raise Refused("big")
        return data


class Reader:
    def __init__(self, archive: zipfile.ZipFile, most: int, rows: int, columns: int):
        self.archive, self.most, self.rows, self.columns = archive, most, rows, columns
        self.names = set(archive.namelist())
        self.elements_left = max(100_000, rows * columns * 4)  # each costs time, also one that holds nothing

    def elements(self, name: str, *wanted: str) -> Iterator[Any]:
        """Elements with those names, each when it is whole. A document type or an entity is refused."""
        if name not in self.names:
            raise Refused("form")
        tags = {MAIN + one for one in wanted}
        with self.archive.open(name) as stream:
            for _, element in iterparse(Counted(stream, self.most), events=("end",), forbid_dtd=True):
                self.elements_left -= 1
                if self.elements_left < 0:
                    raise Refused("big")
                if element.tag in tags:
                    yield element
                    element.clear()

    def sheets(self) -> list[dict[str, Any]]:
        targets = self.targets()
        found = [
            (one.get("name") or "", targets.get(one.get(REL) or ""))
            for one in self.elements("xl/workbook.xml", "sheet")
        ]
        if not found or len(found) > MOST_SHEETS:
            raise Refused("form")
        texts = self.texts()
        return [{"name": name[:200], **self.cells(path, texts)} for name, path in found if path]

    def targets(self) -> dict[str, str]:
        """Where each sheet lies, by its id in the workbook."""
        name = "xl/_rels/workbook.xml.rels"
        if name not in self.names:
            raise Refused("form")
        found = {}
        with self.archive.open(name) as stream:
            for _, element in iterparse(Counted(stream, self.most), events=("end",), forbid_dtd=True):
                if element.get("Type", "").endswith("/worksheet"):
                    target = element.get("Target", "")
                    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                    found[element.get("Id", "")] = path
        return found

    def texts(self) -> list[str]:
        """The texts that cells share."""
        if "xl/sharedStrings.xml" not in self.names:
            return []
        return [words(one) for one in self.elements("xl/sharedStrings.xml", "si")]

    def cells(self, path: str, texts: list[str]) -> dict[str, Any]:
        cells: list[Any] = []
        formulas: list[str] = []
        merged: list[str] = []
        row_number = seen = 0
        for element in self.elements(path, "row", "mergeCell"):
            if element.tag == MAIN + "mergeCell":
                merged.append((element.get("ref") or "")[:20])
                continue
            seen += 1
            if seen > 4 * self.rows:
                raise Refused("rows")
            given = element.get("r") or ""
            row_number = int(given) if re.fullmatch(r"[0-9]{1,7}", given, re.ASCII) else row_number + 1
            before = 0
            for cell in element:
                if cell.tag != MAIN + "c":
                    continue
                column = column_of(cell.get("r") or "", before)
                before = column
                kind, text = value_of(cell, texts)
                if cell.find(MAIN + "f") is not None:
                    formulas.append(f"{letters(column)}{row_number}")
                if text == "":
                    continue
                if row_number > self.rows:
                    raise Refused("rows")
                if column > self.columns:
                    raise Refused("columns")
                cells.append([row_number, column, kind, text])
        return {"cells": cells, "formulas": formulas[:50], "merged": merged[:50]}


def words(element: Any) -> str:
    """The text of a string, without the readings that Japanese files add."""
    return "".join(one.text or "" for one in element.iter(MAIN + "t"))


def value_of(cell: Any, texts: list[str]) -> tuple[str, str]:
    """What the cell holds: kind n (number), s (text), b (yes or no), e (a fault of Excel's own), and the value as text."""
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return "s", words(cell)
    held = cell.find(MAIN + "v")
    text = (held.text or "") if held is not None else ""
    if kind == "s":
        index = int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else -1
        return "s", texts[index] if 0 <= index < len(texts) else ""
    if kind in ("str", "d"):
        return "s", text
    return kind if kind in ("b", "e") else "n", text


def column_of(place: str, before: int) -> int:
    found = PLACE.fullmatch(place)
    if not found:
        return before + 1
    number = 0
    for letter in found.group(1):
        number = number * 26 + ord(letter) - 64
    return number


def letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def main(path: str, *limits: str) -> None:
    most, rows, columns, seconds, megabytes = (int(one) for one in limits)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with zipfile.ZipFile(path) as archive:
            told: dict[str, Any] = {"sheets": Reader(archive, most, rows, columns).sheets()}
    except Refused as stop:
        told = {"refused": str(stop)}
    except DefusedXmlException:
        told = {"refused": "dtd"}
    except MemoryError:
        told = {"refused": "big"}
    except (ParseError, zipfile.BadZipFile, ValueError, KeyError, OSError, EOFError, NotImplementedError, RuntimeError):
        told = {"refused": "broken"}
    except Exception:  # zlib.error and what else a broken archive may raise: the parent says that it cannot be read
        told = {"refused": "broken"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
