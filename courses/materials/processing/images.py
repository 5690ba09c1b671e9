"""Pictures in the web's sizes: upright, in sRGB, and silent about where they were taken."""

import io
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, ImageOps

from courses.materials.processing.errors import CannotMake, NotNeeded, Trouble
from elearning.logs.errors import kind_of

log = logging.getLogger(__name__)

WEBP = "image/webp"
MAX_PIXELS = 80_000_000
"""As at verification; asked again, because what is stored is only as sure as its storage."""
LONGEST_SIDE = 16_383
"""WebP holds no more."""
QUALITY = 82
"""Fine print of a photographed blackboard stays legible."""


@dataclass(frozen=True, slots=True)
class Measures:
    """In pixels, as shown."""

    width: int
    height: int


def make_copy(source: Path, target: Path, *, widest: int, narrower: int = 0) -> Measures:
    """Write `source` as WebP at most `widest` pixels wide to `target`; never larger than it is.

    Nothing that the original says of itself is in the copy. Raises NotNeeded if one of
    `narrower` pixels holds the whole picture already, CannotMake if it can't be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(source, formats=["JPEG", "PNG", "WEBP"]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise CannotMake(Trouble.TOO_LARGE)
                if narrower >= _width_as_shown(opened):
                    raise NotNeeded
                picture = ImageOps.exif_transpose(_smaller(opened, widest))
        return save_webp(_in_srgb(picture), target, widest=widest)
    except (CannotMake, NotNeeded, MemoryError):
        raise
    except Exception as error:  # Pillow raises whatever a broken file leads it to
        log.info("fail_to_open_image", extra={"error": kind_of(error)})
        raise CannotMake(Trouble.DAMAGED) from error


def save_webp(picture: Image.Image, target: Path, *, widest: int) -> Measures:
    """Write it in RGB at most `widest` pixels wide, with nothing beside its pixels."""
    scale = _scale(picture, picture.width, widest)
    if scale < 1.0:
        picture = _resized(picture, scale)
    # Without being given any, Pillow writes no profile and no data of the original.
    picture.save(target, "WEBP", quality=QUALITY, method=4)
    return Measures(picture.width, picture.height)


def _width_as_shown(opened: Image.Image) -> int:
    lies = opened.getexif().get(ExifTags.Base.Orientation, 1) >= 5
    return opened.height if lies else opened.width


def _smaller(opened: Image.Image, widest: int) -> Image.Image:
    """In the size that is wanted before all else.

    Turned and in other colours a large scan would be in memory three times: more than 1 GB.
    """
    scale = _scale(opened, _width_as_shown(opened), widest)
    # What has one colour for "transparent", or few colours, must become RGB first.
    plain = opened.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in opened.info
    return _resized(opened, scale) if plain and scale < 1.0 else opened


def _scale(picture: Image.Image, width: int, widest: int) -> float:
    return min(1.0, widest / width, LONGEST_SIDE / max(picture.size))


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Its colours as every browser takes them without a profile, transparency kept."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            alpha = picture.convert("RGBA").getchannel("A") if mode == "RGBA" else None
            plain = picture if picture.mode in ("RGB", "CMYK", "L") else picture.convert("RGB")
            converted = ImageCms.profileToProfile(
                plain, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if converted is not None:
                if alpha is not None:
                    converted.putalpha(alpha)
                return converted
        except (ImageCms.PyCMSError, OSError):
            log.info("ignore_colour_profile")
    return picture.convert(mode)
