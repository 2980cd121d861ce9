"""A small client over one kept connection: signed in by a session cookie, posts forms as a browser fills them."""

from __future__ import annotations

import http.client
import statistics
import time
from html.parser import HTMLParser
from urllib.parse import urlencode


class Form(HTMLParser):
    """The fields of a page's POST form with the values it came with: the one whose action ends as asked, else the largest."""

    def __init__(self, page: str, action_end: str = ""):
        super().__init__()
        self._forms: list[list[tuple[str, str]]] = []
        self._current: list[tuple[str, str]] | None = None
        self._end = action_end
        self._area: list[str] | None = None
        self._select: str | None = None
        self._first: str | None = None
        self.feed(page)
        self.fields = max(self._forms, key=len, default=[])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attributes}
        if tag == "form":
            wanted = got.get("action", "").rstrip("/").endswith(self._end)
            self._current = [] if got.get("method", "").lower() == "post" and wanted else None
        if self._current is None or not (got.get("name") or tag == "option"):
            return
        kind = got.get("type", "text")
        pressed = kind in ("submit", "file", "button") or (kind in ("checkbox", "radio") and "checked" not in got)
        if tag == "input" and not pressed:
            self._current.append((got["name"], got.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._area = [got["name"], ""]
        elif tag == "select":
            self._select, self._first = got["name"], None
        elif tag == "option" and self._select:
            if "selected" in got:
                self._current.append((self._select, got.get("value", "")))
                self._select = None
            elif self._first is None:
                self._first = got.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1] += data

    def handle_endtag(self, tag: str) -> None:
        if self._current is None:
            return
        if tag == "textarea" and self._area is not None:
            self._current.append((self._area[0], self._area[1].lstrip("\n")))
            self._area = None
        elif tag == "select" and self._select:
            self._current.append((self._select, self._first or ""))
            self._select = None
        elif tag == "form":
            self._forms.append(self._current)
            self._current = None


class Visitor:
    """One person's browser."""

    CSRF = "c" * 32

    def __init__(self, port: int, session: str = "", cookie_name: str = "sessionid"):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookies = [f"csrftoken={self.CSRF}"] + ([f"{cookie_name}={session}"] if session else [])
        self.headers = {"Cookie": "; ".join(cookies)}

    def get(self, path: str) -> tuple[int, str, float]:
        """(status, body, milliseconds)."""
        return self._ask("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> tuple[int, str, float]:
        """(status, body or redirect target, milliseconds)."""
        body = urlencode([(name, value) for name, value in fields if name != "csrfmiddlewaretoken"])
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, float]:
        headers = dict(self.headers)
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.CSRF}
        start = time.perf_counter()
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        spent = (time.perf_counter() - start) * 1000
        return answer.status, answer.headers.get("Location") or text, spent


def median(values: list[float]) -> float:
    return statistics.median(values)
