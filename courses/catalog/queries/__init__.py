from courses.catalog.queries.courses import CoursePage, course_page, find_teachers, trashed_courses
from courses.catalog.queries.outline import (
    LessonSection,
    Row,
    Trash,
    Visibility,
    course_outline,
    lesson_outline,
    trash_of,
    visibility,
)

__all__ = [
    "CoursePage",
    "LessonSection",
    "Row",
    "Trash",
    "Visibility",
    "course_outline",
    "course_page",
    "find_teachers",
    "lesson_outline",
    "trash_of",
    "trashed_courses",
    "visibility",
]
