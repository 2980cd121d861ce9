"""Search by parts of words, the same answer on both databases: what is written is cut once, on write; searching only compares.

A column of search words holds every ending of every word ("länsplan" → länsplan, änsplan … n), so that the beginning of an
ending is any part of a word: Swedish compounds are found by their last part ("plan" finds "länsplan"). On PostgreSQL an
index over the endings answers without reading the rows; SQLite compares the text.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models

from grants.core.text import clean_text

WORD = re.compile(r"[^\W_]+")
LONGEST = 40
"""Characters of a word that count; what stands after them is not searched."""
MOST_TERMS = 12


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, each once, in order: runs of letters and digits."""
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(clean_text(text).lower())))


def search_words(*texts: str) -> str:
    """What a column of search words holds for these texts."""
    endings = (word[start:] for word in words_of(" ".join(texts)) for start in range(len(word)))
    return " ".join(dict.fromkeys(endings))


class SearchWordsField(models.TextField):
    """Search words of a row, set by ``search_words``; asked with ``__words``: every word of the text stands in some word."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"default": "", "blank": True, "editable": False, **kwargs})


@SearchWordsField.register_lookup
class Words(models.Lookup):
    """All of the asked words, each as a part of any word. A text without letters and digits finds nothing."""

    lookup_name = "words"
    prepare_rhs = False

    @property
    def terms(self) -> list[str]:
        return words_of(str(self.rhs))[:MOST_TERMS]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, held = self.process_lhs(compiler, connection)
        compared = [f"(' ' || {column}) LIKE %s" for _ in self.terms]
        given = (value for term in self.terms for value in (*held, f"% {term}%"))
        return f"({' AND '.join(compared) or '1 = 0'})", tuple(given)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, held = self.process_lhs(compiler, connection)
        if not self.terms:
            return "(1 = 0)", ()
        # Terms are letters and digits only, so they can be quoted as they are.
        return f"{indexed(column)} @@ %s::tsquery", (*held, " & ".join(f"'{term}':*" for term in self.terms))


FUNCTION = """
CREATE OR REPLACE FUNCTION core_endings(words text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT COST 100
AS $$ BEGIN RETURN array_to_tsvector(string_to_array(words, ' ')); END $$
"""
"""Cutting a row's words costs far more than PostgreSQL takes for granted, and so it read all rows for a common word instead of its
index. The function says what it costs. It is not safe in parallel: starting a worker takes longer than asking the index."""


def indexed(column: str) -> str:
    """The expression that the index of PostgreSQL holds; the lookup must say it in the same way to be served by it."""
    return f"core_endings({column})"


def create_index(table: str, column: str) -> tuple[Any, Any]:
    """Forward and backward function of a migration that makes the index, or makes it anew, where the database is PostgreSQL."""
    name = f"{table}_{column}"

    def forward(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(FUNCTION)
            schema_editor.execute(f'DROP INDEX IF EXISTS "{name}"')
            schema_editor.execute(f'CREATE INDEX "{name}" ON "{table}" USING gin ({indexed(column)})')

    def backward(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP INDEX IF EXISTS "{name}"')

    return forward, backward
