from courses.catalog.services.creating import add_activity, add_lesson, create_course
from courses.catalog.services.deleting import delete, restore
from courses.catalog.services.duplicating import duplicate_course
from courses.catalog.services.editing import ConflictError, save_edit
from courses.catalog.services.ordering import StaleOrderError, order_activities, order_lessons
from courses.catalog.services.publishing import publish_lesson, set_state

__all__ = [
    "ConflictError",
    "StaleOrderError",
    "add_activity",
    "add_lesson",
    "create_course",
    "delete",
    "duplicate_course",
    "order_activities",
    "order_lessons",
    "publish_lesson",
    "restore",
    "save_edit",
    "set_state",
]
