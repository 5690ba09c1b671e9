"""Notes, one-to-one on an activity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Activity


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
