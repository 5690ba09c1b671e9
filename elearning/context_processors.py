"""What every page's frame shows."""

from django.conf import settings
from django.http import HttpRequest

from elearning.db.context import is_degraded


def site(request: HttpRequest) -> dict[str, str | bool]:
    return {"school_name": settings.SCHOOL_NAME, "degraded": is_degraded()}
