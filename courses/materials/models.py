"""Video, documents and notes, one-to-one on an activity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.catalog.models import Activity
from elearning.uploads.models import Upload


class FileMaterial(models.Model):
    """A file on an activity.

    `upload` is the published file that students get. `next_upload` is one on its way
    (the first, or a replacement); when verified it takes the place of `upload`.
    """

    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s"
    )
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_upload = models.OneToOneField(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="next_%(class)s"
    )

    class Meta:
        abstract = True


class Video(FileMaterial):
    class Meta:
        verbose_name = _("動画")
        verbose_name_plural = _("動画")

    def __str__(self) -> str:
        return str(self.activity_id)


class Document(FileMaterial):
    """A print (PDF), a picture, a sound, or an office file to take home."""

    class Meta:
        verbose_name = _("プリント")
        verbose_name_plural = _("プリント")

    def __str__(self) -> str:
        return str(self.activity_id)


class Note(models.Model):
    """Markdown with maths and furigana; saved together with its activity's version."""

    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="note"
    )
    body = models.TextField(_("本文"), blank=True, max_length=100_000)

    class Meta:
        verbose_name = _("ノート")
        verbose_name_plural = _("ノート")

    def __str__(self) -> str:
        return str(self.activity_id)


class VideoView(models.Model):
    """What one student really watched of one video.

    `ranges`: sorted, disjoint [start, end] pairs in seconds of the video. Merging is
    idempotent, so a heartbeat that arrives twice or late changes nothing wrongly.
    """

    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="video_views")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="views")
    ranges = models.JSONField(default=list)
    watched_seconds = models.FloatField(default=0)
    last_beat_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "video"], name="one_video_view_a_pair")
        ]

    def __str__(self) -> str:
        return f"{self.student_id} – {self.video_id}: {self.watched_seconds:.0f} s"
