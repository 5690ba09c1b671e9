"""What the worker makes of a published file; the file itself is never changed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from elearning.uploads.models import Upload


class DerivativeKind(models.TextChoices):
    """What can be made of a file; the values stand in addresses and keys."""

    POSTER = "poster", _("動画の表紙")
    PAGE = "page", _("1 ページ目の画像")
    TEXT = "text", _("検索用の文字")
    IMAGE_640 = "image-640", _("画像（小）")
    IMAGE_1280 = "image-1280", _("画像（中）")
    IMAGE_2560 = "image-2560", _("画像（大）")
    VIDEO_480 = "video-480", _("画質 480p")
    VIDEO_720 = "video-720", _("画質 720p")


class DerivativeState(models.TextChoices):
    WAITING = "waiting", _("順番待ち")
    WORKING = "working", _("作成中")
    READY = "ready", _("できました")
    FAILED = "failed", _("作れませんでした")


class Derivative(models.Model):
    """waiting → working → ready, or failed with a reason after a few attempts.

    TEXT has no file: what was read is an `ExtractedText`.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="derivatives")
    kind = models.CharField(_("種類"), max_length=20, choices=DerivativeKind)
    state = models.CharField(
        _("状態"), max_length=10, choices=DerivativeState, default=DerivativeState.WAITING
    )
    progress = models.PositiveSmallIntegerField(_("進み具合（%）"), default=0)
    attempts = models.PositiveSmallIntegerField(_("試した回数"), default=0)
    key = models.CharField(_("保管場所"), max_length=255, blank=True)
    """The file's name in the storage, once ready."""
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("サイズ（バイト）"), default=0)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    bit_rate = models.PositiveIntegerField(_("ビットレート（ビット/秒）"), null=True, blank=True)
    """Of a video, with its sound."""
    error = models.CharField(_("理由"), max_length=40, blank=True)
    """A code of processing/errors.py, which says it in words."""
    updated_at = models.DateTimeField(_("更新"), default=timezone.now)
    """Also while it is being made: a row that is `working` and old has lost its worker."""

    class Meta:
        verbose_name = _("変換したファイル")
        verbose_name_plural = _("変換したファイル")
        constraints = [
            models.UniqueConstraint(fields=["upload", "kind"], name="one_derivative_a_kind"),
            models.CheckConstraint(
                condition=models.Q(progress__lte=100), name="derivative_progress_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.kind}"


class ExtractedText(models.Model):
    """The words of a PDF, in NFKC, for teachers who look for a print."""

    upload = models.OneToOneField(
        Upload, on_delete=models.CASCADE, primary_key=True, related_name="extracted_text"
    )
    body = models.TextField(_("本文"), blank=True)

    class Meta:
        verbose_name = _("検索用の文字")
        verbose_name_plural = _("検索用の文字")

    def __str__(self) -> str:
        return str(self.upload_id)
