"""What the worker has made of a file, for the pages that show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from courses.materials.processing.steps import IMAGE_SIDES, RENDITIONS, STRIPPED_TYPES
from courses.materials.queries.files import file_url
from elearning.uploads.models import Upload


def made_of(upload: Upload) -> dict[str, Derivative]:
    """What is ready to be fetched, by kind; one query."""
    return {one.kind: one for one in fetchable(upload.derivatives.all())}


def fetchable(derivatives: Iterable[Derivative]) -> list[Derivative]:
    """Those that have a file to be fetched by now."""
    return [one for one in derivatives if one.state == DerivativeState.READY and one.key]


def derivative_name(upload: Upload, derivative: Derivative) -> str:
    """What it is saved as: 速さ.mov → 速さ.mp4."""
    return PurePath(upload.name).stem + PurePath(derivative.key).suffix


def derivative_url(upload: Upload, derivative: Derivative) -> str:
    """Its address for whoever may open the file; never a signed one."""
    return reverse(
        "materials:derivative",
        args=[upload.pk, derivative.kind, derivative_name(upload, derivative)],
    )


def poster_url(upload: Upload, made: Mapping[str, Derivative]) -> str:
    """The picture that stands for a video before it plays; "" while there is none."""
    poster = made.get(DerivativeKind.POSTER)
    return derivative_url(upload, poster) if poster else ""


@dataclass(frozen=True, slots=True)
class Quality:
    """One way to watch a video: `label` for the page, `bit_rate` in bits a second."""

    label: str
    height: int
    url: str
    bit_rate: int


def qualities(upload: Upload, made: Mapping[str, Derivative]) -> list[Quality]:
    """Every way to watch this video that is there now, the lightest first.

    The last one is the file as it was uploaded. Heights are pixels as they are shown, 0 where
    the file does not tell.
    """
    renditions = [
        Quality(
            label=f"{kind.removeprefix('video-')}p",
            height=made[kind].height or 0,
            url=derivative_url(upload, made[kind]),
            bit_rate=made[kind].bit_rate or 0,
        )
        for kind in RENDITIONS
        if kind in made
    ]
    seconds = upload.duration_seconds or 0.0
    original = Quality(
        label=_("元の画質"),
        height=upload.height or 0,
        url=file_url(upload),
        bit_rate=int(upload.size * 8 / seconds) if seconds else 0,
    )
    return [*renditions, original]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a page shows it. `width` and `height` in pixels, of the largest of its files."""

    url: str
    """What a browser takes that knows no srcset."""
    srcset: str
    largest_url: str
    largest_name: str
    width: int | None
    height: int | None
    size: int
    """In bytes, of the largest of its files."""


def picture(upload: Upload, made: Mapping[str, Derivative]) -> Picture | None:
    """How students see an image; None while there is no copy that they may have.

    What a phone writes into a photo (where it was taken, by whom) is for its teacher alone.
    """
    if upload.content_type not in STRIPPED_TYPES:
        url = file_url(upload)
        return Picture(url, "", url, upload.name, upload.width, upload.height, upload.size)
    copies = [made[kind] for kind in IMAGE_SIDES if kind in made]
    if not copies:
        return None
    urls = [derivative_url(upload, copy) for copy in copies]
    largest = copies[-1]
    return Picture(
        url=urls[min(1, len(urls) - 1)],
        srcset=", ".join(f"{url} {copy.width}w" for url, copy in zip(urls, copies, strict=True)),
        largest_url=urls[-1],
        largest_name=derivative_name(upload, largest),
        width=largest.width,
        height=largest.height,
        size=largest.size,
    )


def largest_copy(upload: Upload) -> Derivative | None:
    """The largest copy of an image that may be given to students; one query."""
    made = made_of(upload)
    return next((made[kind] for kind in reversed(IMAGE_SIDES) if kind in made), None)
