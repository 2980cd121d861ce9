"""Every form that posts names its address: without one the browser keeps the fragment, and jumps past what the answer says."""

import re

from tools.common import ROOT

POST = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>")


def test_every_form_that_posts_has_an_address():
    found = [(path, form) for path in ROOT.glob("templates/**/*.html") for form in POST.findall(path.read_text())]

    assert len(found) > 50
    assert [(str(path), form) for path, form in found if " action=" not in form] == []
