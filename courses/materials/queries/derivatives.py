"""What the worker has made of a file, for the pages that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from courses.materials.queries.files import file_url
from elearning.uploads.models import Upload

RENDITIONS = (DerivativeKind.VIDEO_480, DerivativeKind.VIDEO_720)


def made_of(upload: Upload) -> dict[str, Derivative]:
    """What is ready to be fetched, by kind; one query."""
    ready = upload.derivatives.filter(state=DerivativeState.READY).exclude(key="")
    return {one.kind: one for one in ready}


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
