"""How far the file of an activity is, for its teacher."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.materials.models import FileMaterial
from courses.materials.queries.files import file_summary, file_url
from elearning.templatetags.elearning import clock
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import sentence


@dataclass(frozen=True, slots=True)
class FileState:
    """How far the file of an activity is, for its teacher."""

    activity_id: int
    current: Upload | None
    """What students get now."""
    coming: Upload | None
    """What is on its way, or was not accepted."""
    step: str
    """ "none", "sending", "checking", "rejected" or "ready" """
    reason: str = ""
    stored_parts: int = 0

    @property
    def on_its_way(self) -> bool:
        return self.step in ("sending", "checking")

    @property
    def token(self) -> str:
        """Changes when there is something new to show."""
        return f"{self.step}-{self.stored_parts}-{self.coming.pk if self.coming else ''}"

    @property
    def url(self) -> str:
        return file_url(self.current) if self.current else ""

    @property
    def summary(self) -> str:
        if self.current is None:
            return ""
        if self.current.category == "video":
            return _("・").join(
                [clock(self.current.duration_seconds), size_in_words(self.current.size)]
            )
        return file_summary(self.current)


def file_state(material: FileMaterial) -> FileState:
    """Reads `upload` and `next_upload`, and the parts while they are arriving."""
    current, coming = material.upload, material.next_upload
    if coming is None or coming.state == UploadState.ABORTED:
        step = "ready" if current else "none"
        return FileState(material.activity_id, current, None, step)
    if coming.state == UploadState.REJECTED:
        return FileState(material.activity_id, current, coming, "rejected", sentence(coming))
    if coming.state == UploadState.PENDING:
        stored = coming.parts.count()
        return FileState(material.activity_id, current, coming, "sending", stored_parts=stored)
    return FileState(material.activity_id, current, coming, "checking")
