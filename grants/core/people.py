"""Who does things: a signed-in user, or the system itself (the clock, a loader)."""


class System:
    """The system as an actor. Rules that only the clock or a loader may pass ask ``by is SYSTEM``."""

    is_system = True
    is_authenticated = False
    pk = None

    def __str__(self) -> str:
        return "Systemet"


SYSTEM = System()


def system_only(obj: object, user: object) -> bool:
    """Only the system itself: the clock or a loader."""
    return user is SYSTEM
