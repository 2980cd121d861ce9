"""What people and the clock do with calls. Every action is one transaction: lock, check, write, event."""

from calls.actions.answers import change_answer, discard_answer, withdraw_answer, write_answer
from calls.actions.copying import copy_call
from calls.actions.life import discard_draft, extend_closing, reopen_for
from calls.actions.programmes import create_programme, programme_version, save_programme
from calls.actions.setup import create_call, faults_beside, save_part, start_call, version_of
from calls.actions.steps import (
    archive,
    cancel,
    close_call,
    load_history,
    open_call,
    open_if_due,
    publish,
    run_clock,
    settle,
    steps_on_page,
    take_step,
)
from calls.actions.texts import restore_text, save_text

__all__ = [
    "archive",
    "cancel",
    "change_answer",
    "close_call",
    "copy_call",
    "create_call",
    "create_programme",
    "discard_answer",
    "discard_draft",
    "extend_closing",
    "faults_beside",
    "load_history",
    "open_call",
    "open_if_due",
    "programme_version",
    "publish",
    "reopen_for",
    "restore_text",
    "run_clock",
    "save_part",
    "save_programme",
    "save_text",
    "settle",
    "start_call",
    "steps_on_page",
    "take_step",
    "version_of",
    "withdraw_answer",
    "write_answer",
]
