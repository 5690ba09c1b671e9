"""An upload as a model with states; the file's parts as rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    PENDING = "pending", _("アップロード中")
    UPLOADED = "uploaded", _("確認中")
    VERIFIED = "verified", _("確認済み")
    PUBLISHED = "published", _("利用中")
    REJECTED = "rejected", _("受け付けられません")
    ABORTED = "aborted", _("取り消し")


class Upload(models.Model):
    """pending → uploaded → verified → published, or rejected with a reason, or aborted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("アップロードした人"),
        on_delete=models.PROTECT,
        related_name="uploads",
    )
    category = models.CharField(_("区分"), max_length=20)
    """"video" or "document": which types and what size are allowed (see limits.py)."""
    name = models.CharField(_("ファイル名"), max_length=255)
    size = models.PositiveBigIntegerField(_("サイズ（バイト）"))
    part_size = models.PositiveIntegerField()
    state = models.CharField(
        _("状態"), max_length=10, choices=UploadState, default=UploadState.PENDING
    )
    reason = models.CharField(_("理由"), max_length=40, blank=True)
    """A code of reasons.py, which says it in words."""
    content_type = models.CharField(_("種類"), max_length=100, blank=True)
    """Found by looking into the file; the browser's word for it is not kept."""
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    key = models.CharField(_("保管場所"), max_length=255, blank=True)
    """The file's name in the default storage, once verified."""
    duration_seconds = models.FloatField(_("再生時間（秒）"), null=True, blank=True)
    page_count = models.PositiveIntegerField(_("ページ数"), null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    place = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    """What the store calls the place where the parts wait; blank before the first was announced."""
    token = models.CharField(max_length=36, null=True, editable=False)
    """Made by the browser: the same request sent again, its answer having been lost, names it."""
    created_at = models.DateTimeField(_("開始"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    """The sender's last sign of life: an upload that shows none for a day is given up."""
    completed_at = models.DateTimeField(_("送信完了"), null=True, blank=True)
    verified_at = models.DateTimeField(_("確認日時"), null=True, blank=True)
    unused_since = models.DateTimeField(null=True, editable=False)
    """When housekeeping first found that nothing uses this file any more."""

    class Meta:
        verbose_name = _("アップロード")
        verbose_name_plural = _("アップロード")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="upload_is_not_empty"),
            models.UniqueConstraint(fields=["owner", "token"], name="one_upload_a_token"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_size)

    def part_length(self, number: int) -> int:
        """The length in bytes that part `number` (from 1) must have."""
        if number < self.part_count:
            return self.part_size
        return self.size - self.part_size * (self.part_count - 1)


class UploadPart(models.Model):
    """A part as the sender announced it. What was announced binds: the file may not change.

    Whether it has arrived the store knows.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="one_row_a_part")]

    def __str__(self) -> str:
        return f"{self.upload_id} #{self.number}"
