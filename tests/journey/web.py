"""A person at a browser without script: finds fields and buttons by what stands on the page, and sends forms as a browser does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grants.demo.people import PASSWORD, address


def words(element: Any) -> str:
    """The element's text on one line, with ordinary spaces."""
    return " ".join(element.text_content().split())


class Person:
    """Somebody at a browser of their own, by name; signed in through the page."""

    def __init__(self, name: str = "") -> None:
        self.client = Client()
        self.url = "/"
        self.body = b""
        self.page: Any = None
        self.files: dict[str, SimpleUploadedFile] = {}
        if name:
            self.visit(reverse("account_login"))
            self.fill("E-post", address(name))
            self.fill("Lösenord", PASSWORD)
            self.press("Logga in")
            assert "_auth_user_id" in self.client.session, self.text

    # Going places ----------------------------------------------------------------------------------------------------

    def visit(self, url: str, status: int = 200) -> None:
        self._show(self.client.get(url, follow=True), url, status)

    def follow(self, text: str) -> None:
        """Follow the link with the text, or the first whose text begins with it."""
        links = self.page.xpath("//main//a[@href]") + self.page.xpath("//a[@href]")
        self.visit(urljoin(self.url, self._one(links, text, "link").get("href")))

    def _show(self, response: Any, url: str, status: int) -> None:
        self.url = response.redirect_chain[-1][0] if getattr(response, "redirect_chain", None) else url
        self.url = urlsplit(self.url).path or "/"
        self.body = b"".join(response) if response.streaming else response.content
        is_page = response.headers["Content-Type"].startswith("text/html")
        self.page = lxml.html.fromstring(self.body if is_page else "<main></main>")
        self.files = {}
        assert response.status_code == status, f"{self.url}: {response.status_code}\n{self.text[:3000]}"

    # Reading -----------------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        main = self.page.xpath("//main")
        return words(main[0] if main else self.page)

    def sees(self, *texts: str) -> None:
        """Every text stands on the page."""
        for text in texts:
            assert text in self.text, f"{self.url} lacks {text!r}:\n{self.text[:3000]}"

    # Forms -------------------------------------------------------------------------------------------------------------

    def labels(self) -> list[tuple[str, Any]]:
        """Every field with the words that name it: its label, or its aria-label."""
        found = []
        for label in self.page.xpath("//label"):
            key = label.get("for")
            inside = label.xpath(".//input | .//select | .//textarea")
            field = self.page.get_element_by_id(key, None) if key else (inside[0] if inside else None)
            if field is not None:
                found.append((words(label), field))
        for field in self.page.xpath("//input[@aria-label] | //select[@aria-label] | //textarea[@aria-label]"):
            found.append((field.get("aria-label"), field))
        for field in self.page.xpath(
            "//input[@aria-labelledby] | //select[@aria-labelledby] | //textarea[@aria-labelledby]"
        ):
            parts = [self.page.get_element_by_id(key, None) for key in field.get("aria-labelledby").split()]
            found.append((" ".join(words(part) for part in parts if part is not None), field))
        return found

    def fill(self, label: str, value: Any = True, nth: int = 0) -> None:
        """Write in, tick or choose the field with the label (its beginning is enough); ``nth`` among those alike."""
        exact = [field for text, field in self.labels() if text == label]
        fields = exact or [field for text, field in self.labels() if text.startswith(label)]
        assert len(fields) > nth, f"{self.url} has no field {label!r}, only {[text for text, _ in self.labels()]}"
        field = fields[nth]
        if field.tag == "select":
            options = {words(option): option.get("value", words(option)) for option in field.xpath(".//option")}
            key = next((key for key in options if key == value), None) or next(
                (key for key in options if key.startswith(str(value))), None
            )
            assert key is not None, f"{label}: no {value!r} among {list(options)}"
            field.value = options[key]
        elif field.get("type") in ("checkbox", "radio"):
            field.checked = bool(value)
        elif field.get("type") == "file":
            self.files[field.get("name")] = value
        else:
            field.value = str(value)

    def press(self, button: str, status: int = 200, nth: int = 0) -> None:
        """Press the button: send its form as it stands."""
        pressed = self._one(self.page.xpath("//button | //input[@type='submit']"), button, "button", nth)
        key = pressed.get("form")
        form = self.page.get_element_by_id(key) if key else next(pressed.iterancestors("form"))
        data: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        if key or form.get("id"):
            for field in self.page.xpath("//*[@form=$key and @name]", key=form.get("id")):
                if field.tag != "button" and field.value is not None:
                    data.setdefault(field.get("name"), []).append(field.value)
        if pressed.get("name"):
            data.setdefault(pressed.get("name"), []).append(pressed.get("value") or "")
        for name, file in self.files.items():
            data[name] = [file]
        url = urljoin(self.url, pressed.get("formaction") or form.get("action") or "")
        if (form.get("method") or "get").lower() == "get":
            self._show(self.client.get(url, data, follow=True), url, status)
        else:
            self._show(self.client.post(url, data, follow=True), url, status)

    def _one(self, elements: list[Any], text: str, what: str, nth: int = 0) -> Any:
        found = [element for element in elements if words(element) == text] or [
            element for element in elements if words(element).startswith(text)
        ]
        names = [words(element) for element in elements]
        assert len(found) > nth, f"{self.url} has no {what} {text!r}, only {names}\n{self.text[:2500]}"
        return found[nth]

    def choose(self, group: str, option: str, nth: int = 0) -> None:
        """Choose among the radio buttons of the group with that legend."""
        groups = [
            fieldset
            for fieldset in self.page.xpath("//fieldset[legend]")
            if words(fieldset.find("legend")).startswith(group)
        ]
        assert len(groups) > nth, f"{self.url} has no group {group!r}"
        for label in groups[nth].xpath(".//label"):
            if words(label) == option:
                field = label.xpath(".//input") or [self.page.get_element_by_id(label.get("for"))]
                field[0].checked = True
                return
        raise AssertionError(
            f"{group}: no {option!r} among {[words(label) for label in groups[nth].xpath('.//label')]}"
        )

    def answer_every(self, option: str) -> None:
        """Choose the same answer in every group of radio buttons that has it."""
        for label in self.page.xpath("//main//fieldset//label"):
            if words(label) == option:
                field = label.xpath(".//input") or [self.page.get_element_by_id(label.get("for"))]
                field[0].checked = True

    def first_objective(self) -> str:
        """The label of the first objective that can be chosen."""
        return words(self.page.xpath("//ul[@class='pick']//b")[0])

    def take(self, step: str, **answers: str) -> None:
        """Take a step: answer what it asks, press its button."""
        for label, value in answers.items():
            self.fill(label, value)
        self.press(step)
