"""Numbers that came from outside."""

import math


def finite(value: object) -> float | None:
    """The value if it is a finite number, None for anything else (true, "1", NaN, 10**400)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
