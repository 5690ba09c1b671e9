"""What a file needs, told by what was found in it."""

import pytest

from courses.materials.processing.steps import kinds_for
from elearning.uploads.models import Upload


def needs(**facts):
    upload = Upload(**{"category": "document", "size": 1_000_000, "part_size": 1, **facts})
    return [kind.value for kind in kinds_for(upload)]


def film(width, height, *, mbit=1.0, seconds=600.0):
    size = int(mbit * 1_000_000 / 8 * seconds)
    return needs(
        category="video",
        content_type="video/mp4",
        width=width,
        height=height,
        size=size,
        duration_seconds=seconds,
    )


def test_a_pdf_has_a_first_page_and_words():
    assert needs(content_type="application/pdf") == ["page", "text"]


@pytest.mark.parametrize(
    ("size", "kinds"),
    [
        ((500, 300), ["image-640"]),
        ((640, 480), ["image-640"]),
        ((641, 480), ["image-640", "image-1280"]),
        ((300, 900), ["image-640", "image-1280"]),
        ((4000, 3000), ["image-640", "image-1280", "image-2560"]),
        ((None, None), ["image-640", "image-1280", "image-2560"]),
    ],
)
@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/webp"])
def test_a_picture_gets_smaller_ones_and_one_that_holds_it_whole(content_type, size, kinds):
    width, height = size
    assert needs(content_type=content_type, width=width, height=height) == kinds


@pytest.mark.parametrize(
    "content_type", ["image/gif", "audio/mpeg", "application/vnd.ms-excel", ""]
)
def test_the_rest_stays_as_it_is(content_type):
    assert needs(content_type=content_type, width=900, height=900) == []


@pytest.mark.parametrize(
    ("size", "mbit", "kinds"),
    [
        ((1920, 1080), 5, ["video-480", "video-720"]),
        ((1280, 720), 1, ["video-480"]),
        ((1920, 1080), 0.3, []),
        ((1920, 1080), 0.8, ["video-480"]),
        ((1280, 720), 5, ["video-480", "video-720"]),
        ((854, 480), 0.8, []),
        ((854, 480), 4, ["video-480"]),
        ((640, 360), 9, []),
        ((1080, 1920), 5, ["video-480", "video-720"]),
        ((480, 854), 0.8, []),
        ((None, None), 5, []),
    ],
)
def test_a_film_gets_lighter_ones_where_that_is_a_relief(size, mbit, kinds):
    assert film(*size, mbit=mbit) == ["poster", *kinds]


def test_a_film_that_does_not_tell_its_length_gets_none():
    assert needs(category="video", content_type="video/mp4", width=1280, height=720) == ["poster"]
