"""What was read from the reader may be old, and must not overwrite what is newer."""

import logging

import pytest

from accounts.models import Campus, User
from elearning.db.context import Mode, Work, working
from elearning.db.stale_saves import StaleSave
from tests.cast import PASSWORD


@pytest.fixture
def from_reader(pair, watch, cast):
    """Haruna as the reader knows her."""
    pair.in_step()
    with working(Work(Mode.READER)):
        haruna = User.objects.get(username="haruna")
    assert haruna._state.db == "reader"
    return haruna


@pytest.mark.on_postgresql
def test_07_an_object_from_the_reader_saved_whole_is_refused(from_reader, settings):
    settings.REFUSE_STALE_SAVES = True
    User.objects.filter(pk=from_reader.pk).update(email="new@example.com")

    with pytest.raises(StaleSave, match="was read from the reader"):
        from_reader.save()

    assert User.objects.get(pk=from_reader.pk).email == "new@example.com"


@pytest.mark.on_postgresql
def test_07_with_update_fields_it_passes(from_reader, settings):
    settings.REFUSE_STALE_SAVES = True
    User.objects.filter(pk=from_reader.pk).update(email="new@example.com")
    from_reader.language = "en"

    from_reader.save(update_fields=["language"])

    kept = User.objects.get(pk=from_reader.pk)
    assert (kept.language, kept.email) == ("en", "new@example.com")


def test_07_in_production_it_is_logged_with_its_place(from_reader, settings, caplog):
    settings.REFUSE_STALE_SAVES = False

    with caplog.at_level(logging.ERROR, logger="elearning.db"):
        from_reader.save()

    assert caplog.messages == ["save_stale"]
    assert "test_stale_saves" in caplog.text
    assert "haruna" not in caplog.text


def test_07_new_objects_and_objects_of_the_writer_are_saved_whole(pair, watch, settings):
    settings.REFUSE_STALE_SAVES = True

    with working(Work(Mode.READER)):
        campus = Campus(name="本校")
        campus.save()
        campus.name = "渋谷校"
        campus.save()
        User.objects.create_user("midori", PASSWORD, family_name="運営", given_name="緑")

    assert Campus.objects.get().name == "渋谷校"


def test_07_a_related_object_of_the_reader_may_be_assigned(from_reader):
    campus = Campus.objects.create(name="新宿校")

    from_reader.campus = campus
    from_reader.save(update_fields=["campus"])

    assert User.objects.get(pk=from_reader.pk).campus == campus
