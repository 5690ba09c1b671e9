"""What teachers fill in; every edit form carries the version that it started from."""

from courses.catalog.forms.activities import (
    ActivityForm,
    LessonForm,
    NewActivityForm,
    NewLessonForm,
    OrderForm,
)
from courses.catalog.forms.courses import CourseForm, DuplicateForm
from courses.catalog.forms.versioned import VersionedForm

__all__ = [
    "ActivityForm",
    "CourseForm",
    "DuplicateForm",
    "LessonForm",
    "NewActivityForm",
    "NewLessonForm",
    "OrderForm",
    "VersionedForm",
]
