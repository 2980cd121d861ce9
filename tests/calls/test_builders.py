import pytest
from tests.builders.calls import open_call, settled_call, published_call
@pytest.mark.django_db
def test_x():
    assert open_call().state == "open"
    assert published_call().state == "published"
    assert settled_call().state == "settled"
    from calls import actions
    assert actions.load_history()==2
    assert actions.load_history()==0
