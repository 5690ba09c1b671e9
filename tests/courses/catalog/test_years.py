import datetime

import pytest

from courses.catalog.years import current_school_year, school_year


@pytest.mark.parametrize(
    ("day", "year"),
    [((2027, 3, 31), 2026), ((2027, 4, 1), 2027), ((2026, 12, 31), 2026), ((2027, 1, 1), 2026)],
)
def test_the_school_year_starts_on_1_april(day, year):
    assert school_year(datetime.date(*day)) == year


def test_the_year_turns_at_midnight_in_japan(monkeypatch):
    moment = datetime.datetime(2027, 3, 31, 15, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    assert current_school_year() == 2027
