"""How long an address of a file must work."""

from elearning.storage.delivery import SECONDS
from elearning.uploads.models import Upload

PAUSES = 30 * 60
LONGEST = 6 * 60 * 60


def link_seconds(upload: Upload, content_type: str) -> int:
    """For what plays, its duration and half an hour of pauses; for all else a few minutes.

    A player fetches as it plays, and a link that ends before the film would stop it. LONGEST
    counts where the duration is not known, and bounds what a file says of itself.
    """
    if not content_type.startswith(("video/", "audio/")):
        return SECONDS
    duration = upload.duration_seconds
    return int(min(LONGEST, LONGEST if duration is None else duration)) + PAUSES
