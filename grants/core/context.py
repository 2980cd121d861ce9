"""What every page knows: the service's and the authority's names, menus, and whether the data are invented."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from grants.core.ui import address, desk_menu, menu_items, own_pages

PUBLIC_MENU = (
    ("Utlysningar", "calls:list", ""),
    ("Så söker ni", "portal:how_to_apply", ""),
    ("Beslut och resultat", "portal:results", ""),
    ("In English", "portal:in_english", "en"),
)
FOOTER_MENU = (
    ("Tillgänglighetsredogörelse", "portal:accessibility", ""),
    ("Så behandlar vi personuppgifter", "portal:personal_data", ""),
)
ACCOUNT_MENU = (
    ("Byt lösenord", "account_change_password", ""),
    ("Tvåstegsverifiering", "mfa_index", ""),
    ("Mina inloggningar", "usersessions_list", ""),
)


def role_labels(user: Any) -> list[str]:
    """The person's roles in words, each once."""
    return list(dict.fromkeys(str(held.get_role_display()) for held in user.roles_now))


def first_page(user: Any, held: str, url_name: str) -> str:
    """The page's address for a person who has something in the attribute ``held``, else ""."""
    return address(url_name) if getattr(user, held, None) else ""


def service(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html. Menus are worked out when a page shows them, so that fragments cost nothing."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    own: Any = SimpleLazyObject(lambda: own_pages(user))
    return {
        "SERVICE_NAME": settings.SERVICE_NAME,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        "AUTHORITY_EMAIL": settings.AUTHORITY_EMAIL,
        "DEMO": settings.DEMO,
        "csp_nonce": SimpleLazyObject(lambda: getattr(request, "csp_nonce", "")),
        "public_menu": SimpleLazyObject(lambda: menu_items((*PUBLIC_MENU[:-1], *own, PUBLIC_MENU[-1]), request.path)),
        "footer_menu": SimpleLazyObject(lambda: menu_items(FOOTER_MENU, request.path)),
        "own_menu": SimpleLazyObject(lambda: menu_items(own, request.path)),
        "account_menu": SimpleLazyObject(lambda: menu_items(ACCOUNT_MENU, request.path)),
        "desk_menu": SimpleLazyObject(lambda: desk_menu(user, request.path)),
        "user_roles": SimpleLazyObject(lambda: role_labels(user) if signed_in else []),
        "start_url": address("portal:start"),
        "contact_url": address("portal:contact"),
        "login_url": address("account_login"),
        "logout_url": address("account_logout"),
        "projects_url": SimpleLazyObject(lambda: first_page(user, "applicant_organisation_ids", "projects:list")),
        "my_url": SimpleLazyObject(lambda: first_page(user, "applicant_organisation_ids", "applications:mine")),
        "desk_url": SimpleLazyObject(lambda: first_page(user, "role_codes", "portal:worklist")),
    }
