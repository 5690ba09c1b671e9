"""Ways to narrow the lists that the fields alone don't give."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from accounts.models import ClassGroup, User
from accounts.queries import students_without_class

YEARS_OFFERED = 3


class WithoutClass(admin.SimpleListFilter):
    """Students who are in no class of a school year; its value is the year."""

    title = _("クラスのない生徒")
    parameter_name = "without_class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = set(ClassGroup.objects.order_by().values_list("school_year", flat=True).distinct())
        asked = self.value() or ""
        if asked.isdecimal():
            years.add(int(asked))
        newest = sorted(years, reverse=True)[:YEARS_OFFERED]
        return [(str(year), now("%(year)d年度") % {"year": year}) for year in newest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        year = self.value() or ""
        if not year.isdecimal():
            return queryset
        return queryset.filter(pk__in=students_without_class(int(year)).order_by().values("pk"))
