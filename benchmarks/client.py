"""A small client over one kept connection: signed in by a session cookie, posts forms as a browser fills them."""

from __future__ import annotations

import http.client
import statistics
import time
from html.parser import HTMLParser
from urllib.parse import urlencode


class Form(HTMLParser):
    """The fields of the first POST form whose action ends as asked (or that has none), with the values it came with."""

    def __init__(self, page: str, action_end: str):
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._end, self._inside, self._done = action_end, False, False
        self._area: list[str] | None = None
        self._select: str | None = None
        self._first: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attributes}
        if tag == "form" and not self._done:
            self._inside = got.get("method", "").lower() == "post" and got.get("action", "").rstrip("/").endswith(
                self._end
            )
        if not self._inside or not (got.get("name") or tag == "option"):
            return
        kind = got.get("type", "text")
        if (
            tag == "input"
            and kind not in ("submit", "file", "button")
            and (kind not in ("checkbox", "radio") or "checked" in got)
        ):
            self.fields.append((got["name"], got.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._area = [got["name"], ""]
        elif tag == "select":
            self._select, self._first = got["name"], None
        elif tag == "option" and self._select:
            if "selected" in got:
                self.fields.append((self._select, got.get("value", "")))
                self._select = None
            elif self._first is None:
                self._first = got.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.fields.append((self._area[0], self._area[1].lstrip("\n")))
            self._area = None
        elif tag == "select" and self._select:
            self.fields.append((self._select, self._first or ""))
            self._select = None
        elif tag == "form" and self._inside:
            self._inside, self._done = False, True


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
