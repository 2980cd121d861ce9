"""What happens in preparation and decision: one function per thing a user does.

Locks are always taken in the order application, review, assessment, decision, budget years.
"""

from evaluation.actions.assessing import appoint_assessor, complete_assessment, save_scores
from evaluation.actions.deciding import decide, dispatch, make_final, propose, propose_for, send_back
from evaluation.actions.reviewing import (
    assign_handler,
    begin_formal_check,
    confirm_formal_check,
    declare_conflict,
    finish_formal_check,
    open_review,
    request_supplement,
    save_formal_check,
    sign_formal_check,
)

__all__ = [
    "appoint_assessor",
    "assign_handler",
    "begin_formal_check",
    "complete_assessment",
    "confirm_formal_check",
    "decide",
    "declare_conflict",
    "dispatch",
    "finish_formal_check",
    "make_final",
    "open_review",
    "propose",
    "propose_for",
    "request_supplement",
    "save_formal_check",
    "save_scores",
    "send_back",
    "sign_formal_check",
]
