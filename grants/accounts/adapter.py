"""How allauth meets our accounts: by invitation only, mail through our own outbox."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an organisation's manager or the administrator invites. Faults say what to do, in our words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Kontot är avstängt. Kontakta oss så hjälper vi dig.",
        "email_password_mismatch": "Adressen eller lösenordet stämmer inte. Kontrollera båda och försök igen.",
        "enter_current_password": "Skriv ditt nuvarande lösenord.",
        "incorrect_code": "Koden stämmer inte. Skriv den kod som gäller nu.",
        "incorrect_password": "Lösenordet stämmer inte. Skriv det en gång till.",
        "invalid_or_expired_key": "Länken gäller inte längre. Be om en ny.",
        "invalid_password_reset": "Länken gäller inte längre. Be om en ny.",
        "too_many_login_attempts": "Det har varit många försök. Vänta några minuter och försök igen.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name besides their address."""
