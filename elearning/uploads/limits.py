"""What may be uploaded: names, endings, sizes."""

import re
import unicodedata
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from elearning.uploads.formats import EXTENSIONS, Group, extension, group_of

Category = Literal["video", "document"]

MAX_NAME = 255

# Control characters, and the marks that turn the direction of writing: "exe.4pm" read
# backwards would look like a video's name. Halves of characters come through JSON, and no
# database takes them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def category_of(name: str) -> Category | None:
    """ "video" or "document" by the name's ending; None if such files are not taken."""
    group = group_of(name)
    if group is None:
        return None
    return _category(group)


def accept(category: Category | None = None) -> str:
    """For `<input type=file accept>`: the endings of one category, or of all."""
    return ",".join(
        ending for ending, group in EXTENSIONS.items() if category in (None, _category(group))
    )


def hint(category: Category | None = None) -> str:
    """One sentence beside the file chooser: which formats, how large."""
    lines = {
        "video": _("動画：MP4・MOV・WebM（%(limit)s まで）"),
        "document": _("プリントなど：PDF・画像・音声・Word・Excel・PowerPoint（%(limit)s まで）"),
    }
    return _("　").join(
        line % {"limit": size_in_words(max_bytes(name))}
        for name, line in lines.items()
        if category in (None, name)
    )


def max_bytes(category: str) -> int:
    """The largest file of this category, in bytes; KeyError for an unknown category."""
    return int(settings.UPLOAD_MAX_BYTES[category])


def size_in_words(size: int) -> str:
    """5368709120 → "5 GB", 1572864 → "1.5 MB", 12 → "1 KB" (never 0 of something)."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{max(1, round(size / 1024))} KB"


def clean_name(name: str) -> str:
    """The name as it is kept: NFC, without folders and unseen characters, ≤ 255 characters.

    macOS sends がぎぐ as two characters each (NFD); Windows' old browsers sent whole paths.
    A longer name keeps its ending.
    """
    name = unicodedata.normalize("NFC", name)
    name = re.split(r"[/\\]", name)[-1]
    name = _UNSEEN.sub("", name).strip().strip("\u3000")
    if len(name) > MAX_NAME:
        ending = extension(name)
        ending = ending if len(ending) <= 10 else ""
        name = name[: MAX_NAME - len(ending)].rstrip() + ending
    return "" if name in (".", "..") else name


def _category(group: Group) -> Category:
    return "video" if group is Group.VIDEO else "document"
