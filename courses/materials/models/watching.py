"""What students really watched."""

from django.db import models

from accounts.models import User
from courses.materials.models.files import Video


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
