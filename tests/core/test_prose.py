"""Texts that people write: paragraphs, lists and links, and nothing that they type is ever markup."""

import re

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from grants.core import prose

OURS = re.compile(
    r'</?(?:p|br|ul|ol|li|a|[uo]l class="points"|li value="\d+"|a href="[^"<>]*" rel="nofollow"|a href="mailto:[^"<>]*")>'
)
"""Every tag that the helper writes."""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("En rad\nen till\n\nNytt stycke", "<p>En rad<br>en till</p>\n<p>Nytt stycke</p>"),
        ("Ni ska:\n- mäta\n- räkna\nSedan är det klart.",
         '<p>Ni ska:</p>\n<ul class="points"><li>mäta</li><li>räkna</li></ul>\n<p>Sedan är det klart.</p>'),
        ("•\tfrån Word\n– med tankstreck", '<ul class="points"><li>från Word</li><li>med tankstreck</li></ul>'),
        ("1. ett\n2) två", '<ol class="points"><li value="1">ett</li><li value="2">två</li></ol>'),
        ("- en lång punkt\n  på två rader", '<ul class="points"><li>en lång punkt<br>på två rader</li></ul>'),
        ("-5 grader och 2027. Så är det", "<p>-5 grader och 2027. Så är det</p>"),
    ],
)  # fmt: skip
def test_lists_are_lines_that_begin_with_a_dash_or_a_number(typed, shown):
    assert prose.html(typed) == shown


def test_a_numbered_list_goes_on_after_an_empty_line_and_keeps_the_numbers_that_were_typed():
    assert [block.numbers for block in prose.blocks("1. a\n\n2. b\n\n7. c\n8. d")] == [[1, 2], [7, 8]]


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("Läs https://www.example.se/a?b=1&c=2.",
         '<a href="https://www.example.se/a?b=1&amp;c=2" rel="nofollow">https://www.example.se/a?b=1&amp;c=2</a>'),
        ("- (www.example.se)", '<a href="http://www.example.se" rel="nofollow">www.example.se</a>'),
        ("Skriv till stod@example.se, så svarar vi.", '<a href="mailto:stod@example.se">stod@example.se</a>'),
    ],
)  # fmt: skip
def test_addresses_are_links_that_read_as_what_was_typed(typed, link):
    assert re.findall(r"<a .*</a>", prose.html(typed)) == [link]


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "- <img src=x onerror=alert(1)>",
        '1. https://a.se/"onmouseover="alert(1)',
        "https://a.se/<script>",
        "https://a.se/'onclick='alert(1)'",
        "javascript:alert(1) data:text/html,x vbscript:x",
        'x"><b>@example.se',
        SafeString("<b>sagt vara säkert</b>"),
        "{{ 7777*7 }}{% debug %}",
    ],
)
def test_hostile_text_is_only_text(typed):
    left = OURS.sub("", prose.html(typed) + prose.linked(typed))

    assert ("<" in left, ">" in left, '"' in left) == (False, False, False)
    assert re.findall(r'href="(?!https?:|mailto:)', prose.html(typed)) == []


@given(st.text(alphabet="<>\"'&;:/.@-1a\n ws", max_size=120))
def test_whatever_is_typed_no_other_tags_come_out(text):
    left = OURS.sub("", prose.html(text))

    assert ("<" in left, '"' in left) == (False, False)


def test_fields_with_one_thing_a_line_take_it_with_or_without_a_dash():
    assert prose.points("- Lokaler\n\nInköp av bil\n  • Resor ") == ["Lokaler", "Inköp av bil", "Resor"]


def test_a_letter_gets_the_same_paragraphs_and_lists():
    assert prose.for_letter("Så här:\n- a\n- b\n\n1. c") == [
        "Så här:",
        {"items": ["a", "b"], "numbers": []},
        {"items": ["c"], "numbers": [1]},
    ]


def test_a_letter_whose_lines_are_paragraphs_keeps_them_and_its_lists():
    assert prose.for_letter_by_line("Ett.\nTvå.\n- a\n- b\n\nTre.") == [
        "Ett.",
        "Två.",
        {"items": ["a", "b"], "numbers": []},
        "Tre.",
    ]


def test_a_letter_reads_on_the_page_as_it_is_printed_and_is_never_markup():
    text = "Så här:\n- <b>a</b>\n- b\n\n3. c\n\n<script>x</script>"

    shown = [str(prose.of_letter(part)) for part in prose.for_letter(text)]

    assert shown == [
        "<p>Så här:</p>",
        '<ul class="points"><li>&lt;b&gt;a&lt;/b&gt;</li><li>b</li></ul>',
        '<ol class="points"><li value="3">c</li></ol>',
        "<p>&lt;script&gt;x&lt;/script&gt;</p>",
    ]
    assert prose.of_letter(prose.html("<i>x</i>")).count("<p>") == 1
