import math

import pytest

from elearning.numbers import finite


@pytest.mark.parametrize("value", [0, -1, 2.5, 10**15])
def test_a_number_stays_itself(value):
    assert finite(value) == value


@pytest.mark.parametrize("value", [True, "1", None, [1], math.nan, math.inf, -math.inf, 10**400])
def test_anything_else_is_none(value):
    assert finite(value) is None
