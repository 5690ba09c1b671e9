"""How long an address of a file works."""

import pytest

from courses.materials.links import link_seconds
from elearning.uploads.models import Upload


@pytest.mark.parametrize("content_type", ["video/mp4", "audio/mpeg"])
def test_what_plays_is_reached_until_it_ends_and_half_an_hour_longer(content_type):
    assert link_seconds(Upload(duration_seconds=2700.4), content_type) == 2700 + 1800


@pytest.mark.parametrize("content_type", ["application/pdf", "image/webp", ""])
def test_a_document_is_fetched_at_once(content_type):
    # The poster of a film is a picture, however long the film is.
    assert link_seconds(Upload(duration_seconds=2700.4), content_type) == 300


@pytest.mark.parametrize("claimed", [None, 1e12, float("inf")])
def test_a_duration_that_is_unknown_or_absurd_is_bounded(claimed):
    assert link_seconds(Upload(duration_seconds=claimed), "video/mp4") == 6 * 3600 + 1800
