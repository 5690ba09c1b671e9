"""What the pages of students and guardians show, assembled in few queries."""

from courses.learning.queries.guardians import child_page, guardian_home
from courses.learning.queries.home import student_courses, student_home
from courses.learning.queries.pages import ActivityPage, activity_page, course_page, remaining

__all__ = [
    "ActivityPage",
    "activity_page",
    "child_page",
    "course_page",
    "guardian_home",
    "remaining",
    "student_courses",
    "student_home",
]
