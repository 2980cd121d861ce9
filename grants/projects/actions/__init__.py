"""What people do in stage 4, one function per thing; all of it is imported from here."""

from grants.projects.actions.payments import create_payment, discard_payment, save_payment, submit_payment
from grants.projects.actions.payouts import (
    check_payment,
    decide_payment,
    payment_decided,
    payment_sent_back,
    record_paid,
    reopen_payment,
    request_payment_supplement,
)
from grants.projects.actions.projects import begin, begin_closing, close, pause, resume, start_project
from grants.projects.actions.reports import (
    check_report,
    create_report,
    decide_report,
    discard_report,
    request_report_supplement,
    save_report,
    submit_report,
)
from grants.projects.calculation import payable

__all__ = [
    "begin",
    "begin_closing",
    "check_payment",
    "check_report",
    "close",
    "create_payment",
    "create_report",
    "decide_payment",
    "decide_report",
    "discard_payment",
    "discard_report",
    "pause",
    "payable",
    "payment_decided",
    "payment_sent_back",
    "record_paid",
    "reopen_payment",
    "request_payment_supplement",
    "request_report_supplement",
    "resume",
    "save_payment",
    "save_report",
    "start_project",
    "submit_payment",
    "submit_report",
]
