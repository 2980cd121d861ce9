"""Applications and their rows."""

from applications.models.aims import FurtherArea, ObjectiveLink
from applications.models.application import Application, ApplicationQuerySet
from applications.models.comments import Comment
from applications.models.confirmations import PartyConfirmation, PartyReminder
from applications.models.files import ApplicationAttachment
from applications.models.money import CostLine, FinancingLine
from applications.models.parties import Party
from applications.models.sharing import Invitation, Participant
from applications.models.signing import SignatureRequest
from applications.models.supplements import DeadlineReminder, SupplementExtension, SupplementRequest
from applications.models.tries import protect_but_tries
from applications.models.writing import Presence, Revision

__all__ = [
    "Application",
    "ApplicationAttachment",
    "ApplicationQuerySet",
    "Comment",
    "CostLine",
    "DeadlineReminder",
    "FinancingLine",
    "FurtherArea",
    "Invitation",
    "ObjectiveLink",
    "Participant",
    "Party",
    "PartyConfirmation",
    "PartyReminder",
    "Presence",
    "Revision",
    "SignatureRequest",
    "SupplementExtension",
    "SupplementRequest",
    "protect_but_tries",
]
