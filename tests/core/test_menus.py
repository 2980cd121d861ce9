"""The menus: what the roles open, where the person stands, and pages for those who have something there."""

from types import SimpleNamespace

import pytest

from grants.core import ui


def test_the_menu_shows_what_the_roles_open_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "_menu", {})
    monkeypatch.setattr(ui, "address", lambda name, **kwargs: {"b": "/b/", "a": "/a/", "c": "/a/c/"}.get(name, ""))
    ui.register_menu("Andra", "b", order=2)
    ui.register_menu("Första", "a", roles=["decider"], order=1)
    ui.register_menu("Tredje", "c", order=3)
    decider, reader = SimpleNamespace(role_codes={"decider"}), SimpleNamespace(role_codes={"reader"})

    shown = ui.desk_menu(decider, "/a/c/12/")

    assert [(item.label, item.current) for item in shown] == [("Första", False), ("Andra", False), ("Tredje", True)]
    assert [item.label for item in ui.desk_menu(reader, "/")] == ["Andra", "Tredje"]
    assert ui.desk_menu(SimpleNamespace(role_codes=set()), "/") == []


def test_pages_outside_an_entry_s_own_address_belong_to_it_when_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"own": "/calls/manage/", "all": "/calls/", "other": "/calls/other/"}
    monkeypatch.setattr(ui, "_menu", {})
    monkeypatch.setattr(ui, "address", lambda name, **kwargs: places.get(name, ""))
    ui.register_menu("Utlysningar", "own", under="all")
    ui.register_menu("Annat", "other")
    person = SimpleNamespace(role_codes={"reader"})

    def current(path: str) -> list[str]:
        return [item.label for item in ui.desk_menu(person, path) if item.current]

    assert current("/calls/manage/7/") == ["Utlysningar"]
    assert current("/calls/7/change/") == ["Utlysningar"]
    assert current("/calls/other/7/") == ["Annat"]
    assert current("/projects/") == []


def test_a_page_of_one_s_own_stands_in_the_menu_of_those_who_have_something_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ui, "_own", {})
    ui.register_own_page("Yttranden", "evaluation:opinions", holds=lambda user: user.is_asked)
    asked = SimpleNamespace(is_authenticated=True, is_asked=True)

    assert ui.own_pages(asked) == [("Yttranden", "evaluation:opinions", "")]
    assert ui.own_pages(SimpleNamespace(is_authenticated=True, is_asked=False)) == []
    assert ui.own_pages(SimpleNamespace(is_authenticated=False, is_asked=True)) == []


def test_a_menu_entry_that_leads_nowhere_is_a_check_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "_menu", {})
    ui.register_menu("Ingenstans", "no:where")

    assert [error.id for error in ui.menu_addresses(None)] == ["core.E010"]
