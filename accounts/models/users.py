"""Who signs in: students, guardians, teachers, operators."""

import unicodedata
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.grades import Grade


class Role(models.TextChoices):
    STUDENT = "student", pgettext_lazy("role", "生徒")
    GUARDIAN = "guardian", pgettext_lazy("role", "保護者")
    TEACHER = "teacher", pgettext_lazy("role", "講師")
    OPERATOR = "operator", pgettext_lazy("role", "運営")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: Any) -> "User":
        fields = {"role": Role.OPERATOR, "is_staff": True, "is_superuser": True, **fields}
        return self.create_user(username, password, **fields)


kana_only = RegexValidator(r"^[ぁ-ゖー・ 　]+$", _("ひらがなで入力してください。"))
sign_in_name = RegexValidator(r"^[a-z0-9._-]+$", _("半角の小文字の英数字と . _ - だけが使えます。"))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Sorted by kana reading, as every list in a Japanese school is."""

    username = models.CharField(
        _("ログイン名"), max_length=40, unique=True, validators=[sign_in_name]
    )
    family_name = models.CharField(_("姓"), max_length=40)
    given_name = models.CharField(_("名"), max_length=40)
    family_kana = models.CharField(_("せい"), max_length=60, validators=[kana_only])
    given_kana = models.CharField(_("めい"), max_length=60, validators=[kana_only])
    role = models.CharField(_("役割"), max_length=10, choices=Role, default=Role.STUDENT)
    grade = models.PositiveSmallIntegerField(_("学年"), choices=Grade, null=True, blank=True)
    campus = models.ForeignKey(
        "accounts.Campus",
        verbose_name=_("校舎"),
        on_delete=models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
    )
    email = models.EmailField(_("メールアドレス"), blank=True)
    language = models.CharField(
        _("表示言語"), max_length=5, choices=settings.LANGUAGES, default="ja"
    )
    must_change_password = models.BooleanField(
        _("初期パスワードのまま"),
        default=False,
        help_text=_("次のログインで新しいパスワードを決めてもらいます。"),
    )
    is_active = models.BooleanField(_("有効"), default=True)
    is_staff = models.BooleanField(_("管理画面に入れる"), default=False)
    created_at = models.DateTimeField(_("登録日時"), default=timezone.now, editable=False)
    children: "models.ManyToManyField[User, Guardianship]" = models.ManyToManyField(
        "self",
        verbose_name=_("お子さま"),
        through="accounts.Guardianship",
        through_fields=("guardian", "child"),
        symmetrical=False,
        related_name="guardians",
        blank=True,
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["family_name", "given_name", "family_kana", "given_kana"]

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")
        ordering = ["family_kana", "given_kana", "pk"]
        indexes = [
            models.Index(fields=["role", "family_kana", "given_kana"]),
            models.Index(fields=["email"]),
        ]

    def __str__(self) -> str:
        return self.full_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling a name: half-width, lower case; a tablet's ＡＢＣ and Abc are abc."""
        return unicodedata.normalize("NFKC", username).strip().lower()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def full_kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.family_name


class Guardianship(models.Model):
    """One guardian reads along with one child."""

    guardian = models.ForeignKey(
        User, verbose_name=_("保護者"), on_delete=models.CASCADE, related_name="guardianships"
    )
    child = models.ForeignKey(
        User, verbose_name=_("お子さま"), on_delete=models.CASCADE, related_name="child_links"
    )

    class Meta:
        verbose_name = _("保護者とお子さま")
        verbose_name_plural = _("保護者とお子さま")
        constraints = [
            models.UniqueConstraint(fields=["guardian", "child"], name="one_guardianship_a_pair"),
            models.CheckConstraint(
                condition=~models.Q(guardian=models.F("child")), name="nobody_guards_himself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} – {self.child}"
