"""Which steps a file needs, told by what was found when it was verified."""

from dataclasses import dataclass

from courses.materials.models import DerivativeKind
from elearning.uploads.models import Upload

Kind = DerivativeKind

IMAGE_SIDES = {Kind.IMAGE_640: 640, Kind.IMAGE_1280: 1280, Kind.IMAGE_2560: 2560}
"""The widest that a copy of a picture may be, in pixels; the smallest first."""

STRIPPED_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Pictures that may say where and by whom they were taken. A GIF can't; copies of it would
stand still, so it stays as it is."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A video's shorter side in pixels, and its highest rates in bits a second."""

    side: int
    video_rate: int
    audio_rate: int

    @property
    def bit_rate(self) -> int:
        return self.video_rate + self.audio_rate


RENDITIONS = {
    Kind.VIDEO_480: Rendition(480, 900_000, 96_000),
    Kind.VIDEO_720: Rendition(720, 2_000_000, 128_000),
}

WORTH_IT = 1.5
"""So many times a rendition's rate must a video of the same size have to get one."""
LIGHT_ENOUGH = 0.5
"""A larger video with so small a part of a rendition's rate is light already: slides, say."""


def kinds_for(upload: Upload) -> list[DerivativeKind]:
    """What is to be made of a published file, the quickest first; [] for most kinds of file."""
    if upload.content_type == "application/pdf":
        return [Kind.PAGE, Kind.TEXT]
    if upload.content_type in STRIPPED_TYPES:
        return _images(upload)
    if upload.category == "video":
        return [Kind.POSTER, *(kind for kind in RENDITIONS if _lightens(upload, RENDITIONS[kind]))]
    return []


def _images(upload: Upload) -> list[DerivativeKind]:
    """Every size below the picture's own, and the one that holds it whole.

    Which of its sides is the width may only be seen from its EXIF data, so the longer one
    counts here; a size too many is left out when the picture is open.
    """
    longest = max(upload.width or 0, upload.height or 0)
    kinds = []
    for kind, side in IMAGE_SIDES.items():
        kinds.append(kind)
        if longest and side >= longest:
            break
    return kinds


def _lightens(upload: Upload, rendition: Rendition) -> bool:
    """Whether it would be a relief for somebody with a slow connection."""
    # A film of a phone held upright is called by its shorter side too.
    side = min(upload.width or 0, upload.height or 0)
    if side < rendition.side or not upload.duration_seconds:
        return False
    rate = upload.size * 8 / upload.duration_seconds
    heavy = WORTH_IT if side == rendition.side else LIGHT_ENOUGH
    return rate > heavy * rendition.bit_rate
