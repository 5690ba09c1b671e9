"""Texts of which nobody knows what is in them, for a column of the database."""

MOST = 20_000
"""Characters; what is longer loses its beginning."""


def storable(text: str) -> str:
    """As it is, but for what some databases take in no text: NUL, and half of a surrogate pair.

    The name of a file may hold both, and so the words of an error about it.
    """
    whole = text[-MOST:].encode("utf-8", "backslashreplace").decode("utf-8")
    return whole.replace("\0", "\\x00")
