"""Why a step could not be done; the codes are kept, the words are for teachers."""

from enum import StrEnum

from django.utils.translation import gettext as _


class Trouble(StrEnum):
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BROKEN_OFF = "broken_off"


class CannotMake(Exception):
    """This file will never yield it: another try is no use until a teacher asks for one."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class NotNeeded(Exception):
    """There is nothing to make here, and nobody misses it."""


def sentence(code: str) -> str:
    """What a teacher reads where `code` of a Derivative says why it failed; "" for no code."""
    words = {
        Trouble.DAMAGED: _(
            "ファイルの一部を読み取れませんでした。元のファイルを保存し直して、差し替えてみてください。"
        ),
        Trouble.TOO_LARGE: _("大きすぎて変換できませんでした。"),
        Trouble.TOO_SLOW: _("時間がかかりすぎたため、途中で打ち切りました。"),
        Trouble.BROKEN_OFF: _(
            "作業が何度も途中で止まりました。時間をおいて、もう一度お試しください。"
        ),
    }
    return words.get(Trouble(code), "") if code in set(Trouble) else ""
