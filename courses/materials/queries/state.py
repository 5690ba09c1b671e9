"""How far the file of an activity is, for its teacher."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.materials.models import DerivativeKind, FileMaterial
from courses.materials.processing.steps import IMAGE_SIDES, STRIPPED_TYPES
from courses.materials.queries.derivatives import derivative_url, fetchable
from courses.materials.queries.files import file_summary, file_url
from courses.materials.queries.steps import Step, derivatives_of, steps_of
from elearning.templatetags.elearning import clock
from elearning.uploads.limits import size_in_words
from elearning.uploads.models import Upload, UploadState
from elearning.uploads.reasons import sentence

_SHOWN = (DerivativeKind.POSTER, DerivativeKind.PAGE, DerivativeKind.IMAGE_640)
"""What a teacher recognises the file by."""


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
    steps: tuple[Step, ...] = ()
    """What is being made of `current`, or was."""
    picture_url: str = ""
    """A small picture of `current`; "" while there is none."""
    has_copies: bool = False
    """Whether there is a picture of `current` that students may see."""

    @property
    def on_its_way(self) -> bool:
        return self.step in ("sending", "checking") or self.is_processing

    @property
    def is_processing(self) -> bool:
        return any(step.under_way for step in self.steps)

    @property
    def open_steps(self) -> list[Step]:
        """Those that a teacher waits for, or has to do something about."""
        return [step for step in self.steps if step.state != "ready"]

    @property
    def done_steps(self) -> list[Step]:
        return [step for step in self.steps if step.state == "ready"]

    @property
    def shows_copies_only(self) -> bool:
        """Whether students get pictures that do not say where they were taken."""
        return self.current is not None and self.current.content_type in STRIPPED_TYPES

    @property
    def students_wait(self) -> bool:
        """Whether students can't open `current` yet."""
        return self.shows_copies_only and not self.has_copies

    @property
    def stage(self) -> str:
        """Changes when there is something new to say; progress alone is only shown."""
        steps = ",".join(f"{step.kind}:{step.state}:{step.attempts}" for step in self.steps)
        return f"{self.step}-{self.coming.pk if self.coming else ''}-{steps}"

    @property
    def token(self) -> str:
        """Changes when there is something new to show."""
        progress = ",".join(str(step.progress) for step in self.steps)
        return f"{self.stage}|{self.stored_parts}-{progress}"

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
    """How far `upload` and `next_upload` are.

    One query for what is made of the one in use, one for the parts of one that arrives.
    """
    current, coming = material.upload, material.next_upload
    step, reason, stored = "ready" if current else "none", "", 0
    if coming is not None and coming.state == UploadState.ABORTED:
        coming = None
    if coming is not None:
        match coming.state:
            case UploadState.REJECTED:
                step, reason = "rejected", sentence(coming)
            case UploadState.PENDING:
                step, stored = "sending", coming.parts.count()
            case _:
                step = "checking"
    made = derivatives_of(current) if current else []
    there = fetchable(made)
    shown = [one for one in there if one.kind in _SHOWN]
    return FileState(
        activity_id=material.activity_id,
        current=current,
        coming=coming,
        step=step,
        reason=reason,
        stored_parts=stored,
        steps=steps_of(made),
        picture_url=derivative_url(current, shown[0]) if current and shown else "",
        has_copies=any(one.kind in IMAGE_SIDES for one in there),
    )
