"""Accounts for invited people. Nobody signs up alone (adapter.InvitationOnlyAdapter): the link in the mail proves the address."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from grants.accounts.models import User
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.text import clean_name, too_long


@whole
def join(*, email: str, name: str, password: str) -> User:
    """A new person with a proven address, a password and no organisation. Raises Blocked with every fault at its field."""
    email, name = email.lower(), clean_name(name)
    reasons: list[Any] = [*too_long("Ditt namn", name, 150, "name")]
    if not name:
        reasons.append(Reason("Skriv ditt namn.", "name"))
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as fault:
        reasons += [Reason(text, "password") for text in fault.messages]
    if User.objects.filter(email=email).exists():
        reasons.append("Det finns redan ett konto för adressen. Logga in med det.")
    if reasons:
        raise Blocked(reasons)
    person = User.objects.create_user(email, name, password)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person
