"""States: value, tone of the badge and Swedish label in one declaration; lists, exports, mails and badges follow from it."""

from django.db import models


class StateChoices(models.TextChoices):
    """Choices whose members carry a badge tone: ``SUBMITTED = "submitted", "info", "Inkommen"``.

    Tones: neutral, info, accent, success, warning, danger. An icon may follow the tone:
    ``PAID = "paid", "success", "check", "Utbetald"``.
    """

    tone: str
    icon: str

    def __new__(cls, value: str, tone: str = "neutral", icon: str = "") -> "StateChoices":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        member.icon = icon
        return member
