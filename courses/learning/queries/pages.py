"""One course, and one activity in its course."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from courses.catalog.models import Activity, Course
from courses.learning.queries.outline import (
    CourseView,
    LessonView,
    Step,
    add_facts,
    course_views,
)


def course_page(course: Course, student: User | None) -> CourseView:
    """The course as this student has it; None: a preview, drafts included."""
    view = course_views([course], student)[0]
    add_facts(view.steps)
    return view


@dataclass(slots=True)
class ActivityPage:
    """One thing to learn now, with its course's outline around it."""

    course: CourseView
    lesson: LessonView
    step: Step
    previous: Step | None
    following: Step | None

    @property
    def percent_after(self) -> int:
        """The course's percentage once this is complete."""
        tally = self.course.tally
        more = self.step.activity.required and not self.step.done
        return (tally.done + more) * 100 // tally.total if tally.total else 0

    @property
    def completes_lesson(self) -> bool:
        """Whether the lesson is complete once this is."""
        return all(step.done or step is self.step for step in self.lesson.counted)


def activity_page(activity: Activity, student: User | None) -> ActivityPage:
    """The page of an activity that may be opened; facts for its own lesson only."""
    course = course_views([activity.lesson.course], student)[0]
    place = next(n for n, s in enumerate(course.steps) if s.activity.pk == activity.pk)
    step = course.steps[place]
    lesson = course.lesson_of[activity.lesson_id]
    add_facts(lesson.steps)
    return ActivityPage(
        course=course,
        lesson=lesson,
        step=step,
        previous=course.steps[place - 1] if place else None,
        following=course.steps[place + 1] if place + 1 < len(course.steps) else None,
    )


def remaining(step: Step, student: User | None, player: Mapping[str, Any]) -> str:
    """Why it is not complete yet, in the student's words, for the page to say.

    "" if it is, in a preview, where the student himself says that he is done, and where the
    player says it already (`player`, what the kind's `player()` returned, has "remaining").
    """
    if student is None or not step.to_do or step.kind.by_hand or "remaining" in player:
        return ""
    return step.kind.remaining(step.activity, student)
