"""The groups of files that are taken, and the endings by which people name them."""

from enum import StrEnum
from pathlib import PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Group(StrEnum):
    """Files that a teacher would call by one word."""

    VIDEO = "video"
    AUDIO = "audio"
    IMAGE = "image"
    PDF = "pdf"
    WORD = "word"
    EXCEL = "excel"
    POWERPOINT = "powerpoint"


GROUP_WORDS: dict[Group, Promise] = {
    Group.VIDEO: _("動画"),
    Group.AUDIO: _("音声"),
    Group.IMAGE: _("画像"),
    Group.PDF: _("PDF"),
    Group.WORD: _("Word 文書"),
    Group.EXCEL: _("Excel ファイル"),
    Group.POWERPOINT: _("PowerPoint ファイル"),
}

EXTENSIONS: dict[str, Group] = {
    ".mp4": Group.VIDEO,
    ".m4v": Group.VIDEO,
    ".mov": Group.VIDEO,
    ".webm": Group.VIDEO,
    ".pdf": Group.PDF,
    ".png": Group.IMAGE,
    ".jpg": Group.IMAGE,
    ".jpeg": Group.IMAGE,
    ".gif": Group.IMAGE,
    ".webp": Group.IMAGE,
    ".mp3": Group.AUDIO,
    ".m4a": Group.AUDIO,
    ".wav": Group.AUDIO,
    ".ogg": Group.AUDIO,
    ".docx": Group.WORD,
    ".xlsx": Group.EXCEL,
    ".pptx": Group.POWERPOINT,
}


def extension(name: str) -> str:
    """The ending of a file name in lower case with its dot: "授業.MP4" → ".mp4"; "" for none."""
    return PurePosixPath(name).suffix.lower()


def group_of(name: str) -> Group | None:
    """What the name says that the file is; None for endings that are not taken."""
    return EXTENSIONS.get(extension(name))
