"""A video's poster, and its lighter renditions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from courses.materials.processing import ffmpeg
from courses.materials.processing.errors import CannotMake, Trouble
from courses.materials.processing.images import Measures, save_webp
from courses.materials.processing.steps import Rendition

MP4 = "video/mp4"
POSTER_WIDEST = 1280
POSTER_AT = 0.1
"""How far into the film: titles come before, and what the lesson is about has begun."""
POSTER_SECONDS = 300.0

QUALITY = 25
"""x264's constant rate factor: handwriting stays sharp, a board that stands still costs little."""
FASTEST_FRAMES = 30
KEY_FRAME_SECONDS = 2
"""Between two places that a player can jump to at once."""
SLOWEST = 8.0
LEAST_SECONDS = 900.0
"""A rendition may take SLOWEST times the film's length, and this at least."""


@dataclass(frozen=True, slots=True)
class Film:
    """A verified video on this disk; `seconds` is its playing time."""

    path: Path
    content_type: str
    seconds: float


def make_poster(film: Film, target: Path, *, folder: Path) -> Measures:
    """A telling picture from the film's beginning, as WebP at most 1280 pixels wide.

    Raises NotNeeded without ffmpeg, CannotMake if no picture can be read. `folder` is for what
    lies about meanwhile.
    """
    png = folder / "poster.png"
    # Of a second or two of pictures the most typical: not the one in the middle of a fade.
    # They are all kept until it is chosen, so they are made small first: 8K would take 2.6 GB.
    typical = "scale=w='min(iw,1280)':h=-2,thumbnail=n=50"
    ffmpeg.run(
        [
            *("-ss", f"{film.seconds * POSTER_AT:.3f}"),
            *ffmpeg.input_of(film.path, film.content_type),
            *("-map", "0:v:0", "-vf", typical, "-frames:v", "1", "-f", "image2", f"file:{png}"),
        ],
        at_most=POSTER_SECONDS,
    )
    if not png.exists():
        raise CannotMake(Trouble.DAMAGED)
    with Image.open(png, formats=["PNG"]) as picture:
        return save_webp(picture.convert("RGB"), target, widest=POSTER_WIDEST)


def make_rendition(
    film: Film, target: Path, rendition: Rendition, *, on_percent: Callable[[int], None]
) -> Measures:
    """The film in H.264 and AAC, its shorter side `rendition.side` pixels, as an MP4 that
    plays while it loads.

    `on_percent` is told 0–99 while it comes, about twice a second. Raises as `make_poster`.
    """
    side = rendition.side
    scale = f"scale=w='if(gte(iw,ih),-2,{side})':h='if(gte(iw,ih),{side},-2)'"
    rate = rendition.video_rate
    ffmpeg.run(
        [
            *ffmpeg.input_of(film.path, film.content_type),
            *("-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1"),
            *("-vf", scale, "-fpsmax", str(FASTEST_FRAMES), "-pix_fmt", "yuv420p"),
            *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"),
            *("-crf", str(QUALITY), "-maxrate", str(rate), "-bufsize", str(2 * rate)),
            *("-force_key_frames", f"expr:gte(t,n_forced*{KEY_FRAME_SECONDS})"),
            *("-c:a", "aac", "-b:a", str(rendition.audio_rate), "-ac", "2", "-ar", "48000"),
            *("-movflags", "+faststart", "-f", "mp4", f"file:{target}"),
        ],
        at_most=max(LEAST_SECONDS, film.seconds * SLOWEST),
        on_second=lambda second: on_percent(_percent(second, film.seconds)),
    )
    found = ffmpeg.probe(target)
    return Measures(int(found["width"]), int(found["height"]))


def _percent(second: float, seconds: float) -> int:
    """Not 100: moving the index to the front and storing the file are still to come."""
    return min(99, int(second * 100 / seconds)) if seconds > 0 else 0
