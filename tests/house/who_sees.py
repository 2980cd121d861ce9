"""Who sees what, written by hand from the rules beside what the querysets say: the tables of the matrix."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from evaluation.models import Decision, Opinion, Review
from grants.documents.models import Document
from grants.projects.models import PaymentApplication, Project, Report

OFFICERS = ("handler", "conflicted handler", "assessor", "decider", "payment officer", "reader")
OUTSIDERS = ("anonymous", "ex-member", "other region", "disabled account")
OWNERS = ("owner editor", "owner viewer")
ALIKE = ("owner viewer", "party region", "invited reader", "assessor", "decider", "payment officer", "reader")
LOGIN = "/konto/login/"
MODELS = {
    "applications": Application,
    "reviews": Review,
    "assessments": Review,
    "opinions": Opinion,
    "decisions": Decision,
    "projects": Project,
    "reports": Report,
    "payments": PaymentApplication,
    "documents": Document,
}

# Every address with an id: which objects it is about, and which of those that a person sees it shows to them.
OWN_PAGES = dict.fromkeys(
    (
        "detail",
        "review",
        "submit",
        "withdraw",
        "supplement",
        "more_time",
        "use_again",
        "left_over",
        "attachment_add",
        "attachment_remove",
        "ask_signature",
        "comment",
        "comment_resolve",
        "section",
        "sharing",
        "share",
        "invitation_change",
        "budget_upload",
        "budget_download",
        "autosave",
        "beat",
        "changes",
        "restore",
        "confirmations",
    ),
    ("applications", lambda who, state: who not in OFFICERS),
)
CASE_PAGES = dict.fromkeys(
    (
        "case",
        "case_assessment",
        "case_opinions",
        "case_dialogue",
        "case_documents",
        "case_events",
        "begin",
        "assign",
        "formal_check",
        "confirm_check",
        "supplement",
        "extension",
        "versions",
        "appoint",
        "conflict",
        "propose",
    ),
    ("reviews", None),
)
ASKED = ("requested", "answered", "communicated")
OPINION_PAGES = dict.fromkeys(
    ("opinion_ask", "opinion_record", "opinion_waive", "opinion_communicate"),
    ("opinions", lambda who, state: who in OFFICERS),
)
ABOUT: dict[str, tuple[str, Any]] = {
    **{f"applications:{name}": about for name, about in OWN_PAGES.items()},
    "applications:process": ("applications", lambda who, state: who not in OFFICERS),
    "applications:case_file": ("applications", lambda who, state: who not in OFFICERS and state != "draft"),
    "applications:file_job": ("jobs", lambda who, state: False),
    "applications:file_download": ("jobs", lambda who, state: False),
    "applications:messages": ("applications", lambda who, state: who not in OFFICERS and state != "draft"),
    "applications:versions": ("applications", lambda who, state: who not in OFFICERS and state != "draft"),
    "applications:receipt": ("applications", lambda who, state: who not in OFFICERS and state != "draft"),
    "applications:receipt_json": ("applications", lambda who, state: who not in OFFICERS and state != "draft"),
    "applications:draft_pdf": ("applications", lambda who, state: who not in OFFICERS and state in WRITTEN),
    "applications:attachment": ("applications", None),
    "applications:confirmation": ("applications", None),
    **{f"evaluation:{name}": about for name, about in CASE_PAGES.items()},
    **{f"evaluation:{name}": about for name, about in OPINION_PAGES.items()},
    "evaluation:opinion": ("opinions", lambda who, state: who == "consulted"),
    "evaluation:opinion_reply": ("opinions", lambda who, state: who in (*OWNERS, "party region")),
    "evaluation:opinion_file": ("opinions", lambda who, state: False),
    "evaluation:assessment": ("assessments", None),
    "evaluation:decision": ("decisions", lambda who, state: who in OFFICERS),
    "evaluation:decide": ("decisions", lambda who, state: who in OFFICERS),
    "evaluation:send_back": ("decisions", lambda who, state: who in OFFICERS),
    "evaluation:dispatch": ("decisions", lambda who, state: who in OFFICERS),
    "evaluation:make_final": ("decisions", lambda who, state: who in OFFICERS),
    "evaluation:decision_applicant": ("applications", lambda who, state: state in DECIDED),
    "projects:detail": ("projects", None),
    "projects:step": ("projects", None),
    "projects:new_report": ("projects", lambda who, state: who == "owner editor"),
    "projects:new_payment": ("projects", lambda who, state: who == "owner editor"),
    "projects:report:detail": ("reports", None),
    "projects:report:discard": ("reports", None),
    "projects:report:step": ("reports", None),
    "projects:payment:detail": ("payments", None),
    "projects:payment:discard": ("payments", None),
    "projects:payment:step": ("payments", None),
    "exports:job": ("jobs", None),
    "exports:download": ("jobs", lambda who, state: False),
    "documents:pdf": ("documents", None),
}
WRITTEN = ("draft", "supplement asked")
DECIDED = ("decision dispatched", "project")
STEPS = {"projects": "pause", "reports": "decide", "payments": "decide"}


def sees(who: str, kind: str, state: str, obj: Any) -> bool:
    """Whether the person sees the object: written by hand from the rules, beside what the querysets say."""
    if who in OUTSIDERS:
        return False
    if kind == "jobs":
        return state == who
    if who == "consulted":
        return kind == "opinions" and state in ASKED
    if who in OFFICERS:
        return state != "draft" and who != "conflicted handler"
    if kind in ("reviews", "assessments"):
        return False
    if who == "invited reader":  # of no organisation: the applications, their cases and decisions, nothing after them
        return kind == "applications" or (kind == "documents" and obj.kind != "assessment") or state == "dispatched"
    if kind == "opinions":
        return state == "communicated"
    if kind == "decisions":
        return state == "dispatched"
    if state == "draft":
        return who in OWNERS
    return not (kind == "documents" and obj.kind == "assessment")
