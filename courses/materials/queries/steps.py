"""What is being made of a file, step by step, for its teacher."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.materials.models import Derivative, DerivativeKind, DerivativeState
from courses.materials.processing.errors import sentence
from courses.materials.processing.steps import RENDITIONS
from elearning.uploads.models import Upload

_ORDER = list(DerivativeKind)


@dataclass(frozen=True, slots=True)
class Step:
    """One derivative in a teacher's words. `progress` in percent."""

    kind: str
    label: str
    state: str
    progress: int
    attempts: int
    reason: str
    """Why it failed; a sentence."""

    @property
    def under_way(self) -> bool:
        return self.state in (DerivativeState.WAITING, DerivativeState.WORKING)

    @property
    def is_measured(self) -> bool:
        """Whether its progress is known: the quick steps are there before it could be told."""
        return self.state == DerivativeState.WORKING and self.kind in RENDITIONS

    @property
    def words(self) -> str:
        """画質 480p：作成中."""
        said = {"label": self.label}
        if self.state == DerivativeState.WORKING:
            return _("%(label)s：作成中") % said
        if self.state == DerivativeState.WAITING and self.attempts:
            return _("%(label)s：少し待って、もう一度作ります") % said
        if self.state == DerivativeState.WAITING:
            return _("%(label)s：順番待ち") % said
        if self.state == DerivativeState.FAILED:
            return _("%(label)s：作れませんでした") % said
        return _("%(label)s：できました") % said


def steps_of(derivatives: list[Derivative]) -> tuple[Step, ...]:
    """In the order in which people think of them, whatever the order they were made in."""
    return tuple(
        Step(
            kind=one.kind,
            label=one.get_kind_display(),
            state=one.state,
            progress=one.progress,
            attempts=one.attempts,
            reason=sentence(one.error),
        )
        for one in sorted(derivatives, key=lambda one: _ORDER.index(DerivativeKind(one.kind)))
    )


def derivatives_of(upload: Upload) -> list[Derivative]:
    """Whatever their state; one query."""
    return list(upload.derivatives.all())
