from courses.catalog.services.creating import add_activity, add_lesson

__all__ = ["add_activity", "add_lesson"]
