"""What changes enrolments, progress and study time."""

from courses.enrolment.services.classes import (
    end_class_course,
    enrol_class,
    sync_class,
    sync_student,
)
from courses.enrolment.services.progress import Refused, complete, open_activity
from courses.enrolment.services.study import Stored, record_beat

__all__ = [
    "Refused",
    "Stored",
    "complete",
    "end_class_course",
    "enrol_class",
    "open_activity",
    "record_beat",
    "sync_class",
    "sync_student",
]
