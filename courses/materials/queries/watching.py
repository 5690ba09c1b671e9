"""What a student has watched of a video, and what is left."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from courses.catalog.models import Activity
from courses.materials import ranges
from courses.materials.models import Video, VideoView
from elearning.uploads.models import Upload

ENOUGH = 0.9
"""The part of a video that counts as the whole: titles and goodbyes need not be watched."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a student has watched of a video."""

    duration: float
    ranges: list[ranges.Range]

    @property
    def seconds(self) -> float:
        return ranges.total(self.ranges)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; a second at either end is no matter."""
        if not self.duration or not self.ranges:
            return 0
        return int(min(self.seconds + ranges.JOIN, self.duration) * 100 // self.duration)

    @property
    def remaining(self) -> str:
        """Why it is not complete yet; "" when it is."""
        missing = self.duration * ENOUGH - self.seconds
        if missing <= 0.5:
            return ""
        if missing < 120:
            seconds = math.ceil(missing / 10) * 10
            return _("あと %(seconds)d 秒ほど見ると完了です。") % {"seconds": seconds}
        minutes = math.ceil(missing / 60)
        return _("あと %(minutes)d 分ほど見ると完了です。") % {"minutes": minutes}


def watched(upload: Upload, view: VideoView | None) -> Watched:
    """`view` is None for somebody who has not watched anything yet."""
    duration = upload.duration_seconds or 0.0
    known = [(start, end) for start, end in view.ranges] if view else []
    return Watched(duration, ranges.within(known, duration))


def remaining(activity: Activity, student: User) -> str:
    """Why the video is not complete for this student yet; "" when it is; 2 queries."""
    video = Video.objects.select_related("upload").filter(activity=activity).first()
    if video is None or video.upload is None:
        return _("この動画はまだ準備中です。")
    view = VideoView.objects.filter(video=video, student=student).first()
    return watched(video.upload, view).remaining
