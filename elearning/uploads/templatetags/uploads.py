"""What templates say of uploads."""

from typing import Any

from django import template

from elearning.uploads import quotas

register = template.Library()


@register.simple_tag(takes_context=True)
def upload_usage(context: template.Context) -> str:
    """How much of the quota the signed-in person uses; "" where there is no quota."""
    user: Any = context.get("user")
    return quotas.usage(user) if user is not None and user.is_authenticated else ""


@register.filter
def file_size(size: int) -> str:
    """1572864 → "1.5 MB", 0 → "0 KB"."""
    return quotas.amount(size)
