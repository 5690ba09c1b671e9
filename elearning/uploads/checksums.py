"""Whether what is stored is, byte by byte, what the sender announced."""

import hashlib
from pathlib import Path

from elearning.uploads.models import Upload
from elearning.uploads.stores import PartsDamaged

CHUNK = 1024 * 1024


def checked_sha256(upload: Upload, path: Path) -> str:
    """The SHA-256 (hex) of the whole file, each part of which was compared.

    Raises PartsDamaged with the number of the first part that is another than announced.
    """
    announced = dict(upload.parts.values_list("number", "sha256"))
    whole = hashlib.sha256()
    with path.open("rb") as file:
        for number in range(1, upload.part_count + 1):
            of_part = hashlib.sha256()
            left = upload.part_length(number)
            while left and (chunk := file.read(min(CHUNK, left))):
                of_part.update(chunk)
                whole.update(chunk)
                left -= len(chunk)
            if of_part.hexdigest() != announced.get(number):
                raise PartsDamaged(number)
    return whole.hexdigest()
