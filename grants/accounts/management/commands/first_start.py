"""What an empty service needs once: organisations, the authority, and the first person."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from grants.accounts import beginning
from grants.core.text import clean_name


class Command(BaseCommand):
    help = "Make the authority, the organisations of the reference data and the first administrator. Can run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="the first person's address, with which they sign in")
        parser.add_argument("--name", required=True, help="the first person's name, as pages show it")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        email, name = email.strip().lower(), clean_name(name)
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        if not name or len(name) > 150:
            raise CommandError("Give a name of 1 to 150 characters.")
        try:
            person, done = beginning.begin(email=email, name=name)
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        for line in done or ["Nothing to add."]:
            self.stdout.write(line)
        if person.has_usable_password():
            self.stdout.write(f"{person.email} has a password already.")
        else:
            minutes = settings.PASSWORD_RESET_TIMEOUT // 60
            self.stdout.write(f"Choose a password within {minutes} minutes at {beginning.password_url(person)}")
