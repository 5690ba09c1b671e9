"""What every page's frame shows."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"school_name": settings.SCHOOL_NAME}
