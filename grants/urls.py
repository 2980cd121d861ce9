"""Addresses of the whole service: each app's own, in Swedish."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("grants.portal.urls")),
    path("", include("calls.urls")),
    path("", include("applications.urls")),
    path("", include("evaluation.urls")),
    path("", include("grants.projects.urls")),
    path("", include("grants.exports.urls")),
    path("", include("grants.documents.urls")),
    path("konto/", include("allauth.urls")),
]

handler400 = "grants.core.errors.bad_request"
handler403 = "grants.core.errors.permission_denied"
handler404 = "grants.core.errors.page_not_found"
handler500 = "grants.core.errors.server_error"
