"""Real pictures, PDFs and films, and published uploads that hold them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from elearning.uploads import content
from elearning.uploads.models import Upload, UploadState


@pytest.fixture(scope="session")
def filmed(tmp_path_factory):
    """`filmed(1280, 720, seconds=4)`: a film with sound of such a size, made once.

    `more` are further arguments for its output. Left out, loudly, without ffmpeg.
    """
    ffmpeg = shutil.which("ffmpeg")
    folder = tmp_path_factory.mktemp("films")

    def film(width, height, *, seconds=4, more=(), ending="mp4") -> Path:
        if ffmpeg is None:
            pytest.skip("no ffmpeg on this machine: see scripts/system-packages.sh")
        name = "-".join(str(part) for part in (width, height, seconds, *more))
        path = folder / f"{name.replace(':', '').replace('/', '')}.{ending}"
        if not path.exists():
            subprocess.run(
                [
                    *(ffmpeg, "-v", "error", "-y"),
                    *("-f", "lavfi", "-i", f"testsrc2=s={width}x{height}:r=25:d={seconds}"),
                    *("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"),
                    *("-pix_fmt", "yuv420p", "-preset", "ultrafast", *more, path),
                ],
                check=True,
            )
        return path

    return film


@pytest.fixture
def publish(cast, settings, tmp_path):
    """`publish(path, name)`: an upload of that file, checked and in use."""
    from django.core.files.storage import default_storage

    def published(path: Path, name: str = "", **facts) -> Upload:
        name = name or path.name
        with path.open("rb") as file:
            found = content.look_into(file, name)
        key = f"verified/{path.name}"
        default_storage.put(path, key, content_type=found.content_type)
        return Upload.objects.create(
            **{
                "owner": cast.tanaka,
                "category": "video" if found.content_type.startswith("video/") else "document",
                "name": name,
                "size": path.stat().st_size,
                "part_size": path.stat().st_size,
                "state": UploadState.PUBLISHED,
                "content_type": found.content_type,
                "duration_seconds": found.duration_seconds,
                "page_count": found.page_count,
                "width": found.width,
                "height": found.height,
                "key": key,
                **facts,
            }
        )

    return published


@pytest.fixture
def photo(tmp_path):
    """`photo(4000, 3000, orientation=6, place=True)`: a JPEG as a phone writes it.

    As stored: its left half red, its right half blue. `place`: with GPS data.
    """

    def taken(width, height, *, orientation=1, place=False, name="photo.jpg", **saved) -> Path:
        picture = Image.new("RGB", (width, height), "red")
        picture.paste((0, 0, 255), (width // 2, 0, width, height))
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010F] = "PhoneMaker"
        if place:
            gps = exif.get_ifd(0x8825)
            gps[1], gps[2] = "N", (35.0, 39.0, 31.0)
            gps[3], gps[4] = "E", (139.0, 44.0, 44.0)
        path = tmp_path / name
        xmp = b"<x:xmpmeta><rdf:RDF>PhoneMaker's city</rdf:RDF></x:xmpmeta>"
        picture.save(path, exif=exif, xmp=xmp, **saved)
        return path

    return taken
