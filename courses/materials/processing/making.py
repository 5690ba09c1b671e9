"""Which step makes which derivative."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from courses.materials.models import Derivative, DerivativeKind
from courses.materials.processing import images, pdf, video
from courses.materials.processing.errors import NotNeeded
from courses.materials.processing.steps import IMAGE_SIDES, RENDITIONS

Kind = DerivativeKind

LIGHTER = 0.9
"""A rendition with more of the original's bytes would be seen worse, and no sooner."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, to be stored; bit_rate in bits a second, of a video alone."""

    path: Path
    content_type: str
    width: int
    height: int
    bit_rate: int | None = None


def make_file(
    derivative: Derivative, source: Path, folder: Path, on_percent: Callable[[int], None]
) -> Made:
    """Make any kind but TEXT of the upload's file at `source`.

    The result and what lies about meanwhile is in `folder`. `on_percent` is told how far it is
    where that is known, and what it raises ends the work. Raises CannotMake and NotNeeded.
    """
    kind = Kind(derivative.kind)
    upload = derivative.upload
    if kind in RENDITIONS or kind == Kind.POSTER:
        film = video.Film(source, upload.content_type, upload.duration_seconds or 0.0)
        if kind == Kind.POSTER:
            target = folder / "poster.webp"
            return _webp(target, video.make_poster(film, target, folder=folder))
        target = folder / "rendition.mp4"
        measures = video.make_rendition(film, target, RENDITIONS[kind], on_percent=on_percent)
        size = target.stat().st_size
        if size > LIGHTER * upload.size:
            raise NotNeeded
        rate = int(size * 8 / film.seconds) if film.seconds else None
        return Made(target, video.MP4, measures.width, measures.height, rate)
    target = folder / "picture.webp"
    if kind == Kind.PAGE:
        return _webp(target, pdf.make_page(source, target, folder=folder))
    widest = IMAGE_SIDES[kind]
    narrower = max((side for side in IMAGE_SIDES.values() if side < widest), default=0)
    return _webp(target, images.make_copy(source, target, widest=widest, narrower=narrower))


def _webp(path: Path, measures: images.Measures) -> Made:
    return Made(path, images.WEBP, measures.width, measures.height)
