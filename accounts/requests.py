"""The request as views see it behind the login wall, and who may pass further."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Role, User

P = ParamSpec("P")


class UserRequest(HttpRequest):
    """A request whose sender has signed in (LoginRequiredMiddleware sees to it)."""

    user: User


View = Callable[Concatenate[UserRequest, P], HttpResponseBase]


def roles(*allowed: Role) -> Callable[[View[P]], View[P]]:
    """Let only these roles in; all others get 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: UserRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.user.role not in allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


staff_only = roles(Role.TEACHER, Role.OPERATOR)
students_only = roles(Role.STUDENT)
guardians_only = roles(Role.GUARDIAN)
operators_only = roles(Role.OPERATOR)

__all__ = [
    "UserRequest",
    "guardians_only",
    "operators_only",
    "roles",
    "staff_only",
    "students_only",
]
