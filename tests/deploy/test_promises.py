"""Every promise of deploy/ holds in every environment."""

import pytest

from deploy.templates.resolving import ENVIRONMENTS
from tests.deploy.estate import Estate
from tests.deploy.promises import PROMISES


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def estate(request):
    return Estate(request.param)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_a_promise_holds(estate, promise):
    assert list(promise(estate)) == []
