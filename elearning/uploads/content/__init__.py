"""Looking into a file: is it what its name says, and can everybody open it?"""

from typing import IO

from elearning.uploads.content import images, media, office, pdf
from elearning.uploads.content.findings import Findings, NotAcceptable
from elearning.uploads.content.signatures import HEAD, OFFICE, identify
from elearning.uploads.formats import Group, group_of
from elearning.uploads.reasons import Reason

__all__ = ["Findings", "NotAcceptable", "look_into"]

_GROUPS = {
    "application/pdf": Group.PDF,
    "image/png": Group.IMAGE,
    "image/jpeg": Group.IMAGE,
    "image/gif": Group.IMAGE,
    "image/webp": Group.IMAGE,
    "video/mp4": Group.VIDEO,
    "video/webm": Group.VIDEO,
    "audio/mp4": Group.AUDIO,
    "audio/mpeg": Group.AUDIO,
    "audio/wav": Group.AUDIO,
    "audio/ogg": Group.AUDIO,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Group.WORD,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Group.EXCEL,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Group.POWERPOINT,
}
_OFFICE_GROUPS = {Group.WORD, Group.EXCEL, Group.POWERPOINT}
_PLAYED_GROUPS = {Group.VIDEO, Group.AUDIO}


def look_into(file: IO[bytes], name: str) -> Findings:
    """What an open, seekable file really is; it must be of the group that `name` promises.

    A PNG called .jpg is let through as the PNG that it is: it opens all the same. Raises
    NotAcceptable. Holds at most a small piece of the file in memory.
    """
    named = group_of(name)
    file.seek(0)
    found = identify(file.read(HEAD))
    group = _GROUPS.get(found)
    # MP4 holds both pictures and sound, whatever it calls itself: its tracks decide.
    both = found in ("video/mp4", "audio/mp4", "video/webm") and named in _PLAYED_GROUPS
    if found == OFFICE and named in _OFFICE_GROUPS:
        findings = office.look_into(file)
        if _GROUPS[findings.content_type] != named:
            raise NotAcceptable(Reason.MISMATCH, findings.content_type)
        return findings
    if found == "application/x-ole-storage" and named in _OFFICE_GROUPS:
        raise NotAcceptable(Reason.OFFICE_OLD, found)
    if found == OFFICE:
        raise NotAcceptable(Reason.MISMATCH, _archive(file))
    if not found:
        raise NotAcceptable(Reason.UNKNOWN)
    if group != named and not both:
        raise NotAcceptable(Reason.MISMATCH, found)
    if group is Group.PDF:
        return pdf.look_into(file)
    if group is Group.IMAGE:
        return images.look_into(file, found)
    if named is Group.VIDEO:
        return media.look_into(file, found.replace("audio/mp4", "video/mp4"), as_video=True)
    return media.look_into(file, found, as_video=False)


def _archive(file: IO[bytes]) -> str:
    """Which archive it is, to be said to someone who called it something else."""
    try:
        return office.look_into(file).content_type
    except NotAcceptable:
        return OFFICE
