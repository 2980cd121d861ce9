"""What happens in preparation and decision: one function per thing a user does.

Locks are always taken in the order application, review, opinion, assessment, decision, budget years.
"""

from evaluation.actions.assessing import appoint_assessor, complete_assessment, is_saved, save_scores, stamp_of
from evaluation.actions.consulting import (
    ask_opinion,
    communicate_opinion,
    leave_uncommunicated,
    remind_of_opinions,
    reply_to_opinion,
    take_in_opinion,
    waive_opinion,
)
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
    "ask_opinion",
    "assign_handler",
    "begin_formal_check",
    "communicate_opinion",
    "complete_assessment",
    "confirm_formal_check",
    "decide",
    "declare_conflict",
    "dispatch",
    "finish_formal_check",
    "is_saved",
    "leave_uncommunicated",
    "make_final",
    "open_review",
    "propose",
    "propose_for",
    "remind_of_opinions",
    "reply_to_opinion",
    "request_supplement",
    "save_formal_check",
    "save_scores",
    "send_back",
    "sign_formal_check",
    "stamp_of",
    "take_in_opinion",
    "waive_opinion",
]
