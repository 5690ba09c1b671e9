"""Images: opened, measured and decoded by Pillow."""

import logging
import warnings
from typing import IO

from PIL import Image

from elearning.logs.errors import kind_of
from elearning.uploads.content.findings import Findings, NotAcceptable
from elearning.uploads.reasons import Reason

log = logging.getLogger(__name__)

MAX_PIXELS = 80_000_000
"""Room for an A3 sheet scanned at 600 dpi; decoded it takes up to 320 MB of the worker."""

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}


def look_into(file: IO[bytes], content_type: str) -> Findings:
    """Raises NotAcceptable if it is damaged, or unpacks to more pixels than anyone needs.

    `content_type`: what its first bytes say; one of the web's four.
    """
    formats = [_FORMATS[content_type]]
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is asked before a single pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            file.seek(0)
            with Image.open(file, formats=formats) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise NotAcceptable(Reason.IMAGE_TOO_LARGE, content_type)
                image.verify()
            file.seek(0)
            with Image.open(file, formats=formats) as image:
                image.load()
    except NotAcceptable:
        raise
    except Image.DecompressionBombError as error:
        raise NotAcceptable(Reason.IMAGE_TOO_LARGE, content_type) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises whatever a broken file leads it to
        log.info("fail_to_open_image", extra={"error": kind_of(error)})
        raise NotAcceptable(Reason.DAMAGED, content_type) from error
    return Findings(content_type, width=width, height=height)
