"""Video and documents, one-to-one on an activity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
