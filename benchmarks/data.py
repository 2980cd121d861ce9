"""Many applications in a PostgreSQL database: a small demo made by the real actions, then multiplied row by row in SQL.

Every copy is a whole case with its parties, objectives, costs, documents, review, assessments, decision, project and events.
Hash chains are copied as they stand, so ``verify_history`` is not for such a database.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection

# Tables whose key becomes another for each copy, parents first: table, key, columns that point at copied rows.
COPIED = (
    ("documents_case", ()),
    ("applications_application", (("case_id", "documents_case"),)),
    ("documents_caseparty", (("case_id", "documents_case"),)),
    ("documents_document", (("case_id", "documents_case"),)),
    ("applications_party", (("application_id", "applications_application"),)),
    ("applications_objectivelink", (("application_id", "applications_application"),)),
    ("applications_furtherarea", (("application_id", "applications_application"),)),
    ("applications_costline", (("application_id", "applications_application"),)),
    ("applications_financingline", (("application_id", "applications_application"),)),
    ("evaluation_review", (("application_id", "applications_application"),)),
    ("evaluation_formalcheckitem", (("review_id", "evaluation_review"),)),
    ("evaluation_assessment", (("review_id", "evaluation_review"),)),
    ("evaluation_score", (("assessment_id", "evaluation_assessment"),)),
    (
        "evaluation_decision",
        (
            ("case_id", "documents_case"),
            ("application_id", "applications_application"),
            ("document_id", "documents_document"),
        ),
    ),
    ("core_event", (("stream", "applications_application"),)),
    ("core_streamhead", (("stream", "applications_application"),)),
)


def seed(applications: int = 40, stage: str = "decided") -> None:
    """A fresh database with the demo in it."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    call_command("seed_demo", stage=stage, applications=applications, verbosity=0)


def multiply(times: int) -> int:
    """Copy every sent application ``times - 1`` times; returns how many there are then. PostgreSQL only."""
    from grants.core import triggers

    with triggers.suspended(connection), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE copy AS SELECT generate_series(1, %s) AS n", [times - 1])
        for table, parents in COPIED:
            _copy(cursor, table, dict(parents))
        cursor.execute("SET session_replication_role = origin")
        # What autovacuum does in the hours after such a growth.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
        cursor.execute("SELECT count(*) FROM applications_application WHERE state <> 'draft'")
        return cursor.fetchone()[0]


def _copy(cursor: object, table: str, parents: dict[str, str]) -> None:
    """Copy the rows of one table for every copy of their case, and remember which became which."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = cursor.fetchall()  # type: ignore[attr-defined]
    key = str(next(model for model in apps.get_models() if model._meta.db_table == table)._meta.pk.column)
    kind = dict(columns)[key]
    own = key not in parents
    fresh = "gen_random_uuid()" if kind == "uuid" else f"nextval(pg_get_serial_sequence('{table}', '{key}'))"
    values = []
    for name, _ in columns:
        if name == key and own:
            values.append("m.new")
        elif name in parents:
            values.append(f'p_{name}.new AS "{name}"')
        elif table == "documents_case" and name == "number":
            values.append("t.number + 100000 * m.n")
        elif table == "documents_case" and name == "register_number":
            values.append("t.register_number || '-' || m.n")
        else:
            values.append(f't."{name}"')
    drafts = "WHERE t.state <> 'draft'" if table == "applications_application" else ""
    if own:
        # The application's key is its case's and its stream's: one map serves them all.
        new = "c.new" if table == "applications_application" else fresh
        case = (
            'JOIN map_documents_case c ON c.old = t."id" AND c.n = copy.n'
            if table == "applications_application"
            else ""
        )
        cursor.execute(  # type: ignore[attr-defined]
            f'CREATE TEMP TABLE map_{table} AS SELECT t."{key}" AS old, copy.n, {new} AS new FROM {table} t CROSS JOIN copy {case} {drafts}'
        )
        cursor.execute(f"CREATE INDEX ON map_{table} (old, n); ANALYZE map_{table}")  # type: ignore[attr-defined]
    first = f'JOIN map_{table} m ON m.old = t."{key}"' if own else f'JOIN map_{parents[key]} m ON m.old = t."{key}"'
    joins = "".join(
        f' LEFT JOIN map_{parent} p_{name} ON p_{name}.old = t."{name}" AND p_{name}.n = m.n'
        for name, parent in parents.items()
    )
    needed = [name for name in parents if name != "document_id"]
    where = " AND ".join(f"p_{name}.new IS NOT NULL" for name in needed) or "TRUE"
    names = ", ".join(f'"{name}"' for name, _ in columns)
    cursor.execute(  # type: ignore[attr-defined]
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} t {first}{joins} WHERE {where}"
    )
