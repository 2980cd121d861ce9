"""Refusals that the edges turn into sentences for people."""


class Reason(str):
    """One reason why a thing cannot be done now, in Swedish; ``where`` tells pages what to link to (a section or field key)."""

    where: str

    def __new__(cls, text: str, where: str = "") -> "Reason":
        reason = super().__new__(cls, text)
        reason.where = where
        return reason


class Blocked(Exception):
    """It cannot be done now. ``reasons`` holds every reason at once, each a Swedish sentence that says what to do."""

    def __init__(self, reasons: list[str] | str):
        self.reasons: list[str] = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__(" ".join(self.reasons))


class Stale(Blocked):
    """The row has changed since the page was shown; nothing is saved, and what was typed must be kept on the page (409)."""

    def __init__(
        self,
        text: str = "Någon annan har ändrat uppgifterna sedan du öppnade sidan. "
        "Jämför din text med den sparade och spara igen.",
    ):
        super().__init__(text)


class StateBypass(RuntimeError):
    """A programming error: a state was about to change outside perform()."""
