"""The list of a person's courses, by school year or by search words."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from accounts.models import Grade, Role, User
from courses.catalog.models import Course, Subject
from courses.catalog.queries.outline import bin_since
from courses.catalog.years import current_school_year

PAGE = 50
TEACHERS_FOUND = 10


@dataclass(frozen=True, slots=True)
class CoursePage:
    courses: Page[Any]
    years: list[int]
    """The school years that have courses, and the current one; the current one first."""
    year: int | None
    """The year shown; None while searching, which looks into all years."""


def course_page(
    *, authored: QuerySet[Course], year: int | None, words: str, page: str | None
) -> CoursePage:
    """One page of these courses, each with `lesson_count` and its teachers."""
    now = current_school_year()
    years = set(authored.order_by().values_list("school_year", flat=True).distinct())
    years.add(now)
    ordered = sorted(years, key=lambda y: (y != now, -y))
    shown = year if year is not None and year in years else now
    courses = _matching(authored, words) if words else authored.filter(school_year=shown)
    counted = (
        courses.annotate(
            lesson_count=Count("lessons", filter=Q(lessons__deleted_at=None), distinct=True)
        )
        .prefetch_related("teachers")
        .order_by("-school_year", "grade", "subject", "title", "pk")
    )
    return CoursePage(Paginator(counted, PAGE).get_page(page), ordered, None if words else shown)


def trashed_courses(in_reach: QuerySet[Course]) -> list[Course]:
    """Which of these were deleted in the last 30 days, the latest first."""
    return list(in_reach.filter(deleted_at__gte=bin_since()).order_by("-deleted_at"))


def find_teachers(words: str) -> list[User]:
    """Up to ten teachers or operators whose name or reading has every word; none for no word."""
    found = User.objects.filter(role__in=[Role.TEACHER, Role.OPERATOR], is_active=True)
    terms = words.split()
    for term in terms:
        found = found.filter(
            Q(family_name__icontains=term)
            | Q(given_name__icontains=term)
            | Q(family_kana__contains=_hiragana(term))
            | Q(given_kana__contains=_hiragana(term))
        )
    return list(found[:TEACHERS_FOUND]) if terms else []


def _matching(courses: QuerySet[Course], words: str) -> QuerySet[Course]:
    """Every word is in the title, or is part of the subject's, grade's or a teacher's name."""
    for term in words.split():
        # 中２ typed in full width means 中2.
        plain = unicodedata.normalize("NFKC", term)
        teachers = User.objects.filter(
            Q(family_name__icontains=term) | Q(given_name__icontains=term)
        )
        courses = courses.filter(
            Q(title__icontains=term)
            | Q(title__icontains=plain)
            | Q(subject__in=[value for value, label in Subject.choices if plain in str(label)])
            | Q(grade__in=[value for value, label in Grade.choices if plain in str(label)])
            | Q(pk__in=Course.objects.filter(teachers__in=teachers).values("pk"))
        )
    return courses


def _hiragana(text: str) -> str:
    """Katakana as hiragana: readings are stored in hiragana."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)
