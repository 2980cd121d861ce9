"""A request as views that ask for sign-in see it."""

from typing import Any

from django.http import HttpRequest


class SignedInRequest(HttpRequest):
    """For annotations: the policy has seen to it that ``user`` is one of ours."""

    user: Any
