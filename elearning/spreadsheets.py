"""What a CSV file needs to open right, and harmlessly, in Japanese Excel."""

BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for the start of a formula, the full-width forms included,
# which Japanese Excel reads as their half-width ones.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_text(text: str) -> str:
    """The text in a form that no spreadsheet calculates."""
    if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS):
        return f"'{text}"
    return text
