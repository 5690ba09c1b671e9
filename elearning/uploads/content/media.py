"""Video and sound: tracks, codecs and playing time, read by MediaInfo."""

from typing import IO, Any

from pymediainfo import MediaInfo

from elearning.uploads.content.findings import Findings, NotAcceptable
from elearning.uploads.reasons import Reason

# What Chromium, Firefox and Safari play without help of the operating system. HEVC is not
# among them: whether it plays depends on the pupil's graphics card.
_VIDEO_CODECS = {"AVC", "VP8", "VP9", "AV1"}
_AUDIO_CODECS = {"AAC", "AAC LC", "MPEG Audio", "Opus", "Vorbis", "FLAC", "PCM"}
_CONTAINERS = {
    "video/mp4": {"MPEG-4", "QuickTime"},
    "audio/mp4": {"MPEG-4"},
    "video/webm": {"WebM"},
    "audio/mpeg": {"MPEG Audio"},
    "audio/wav": {"Wave"},
    "audio/ogg": {"Ogg"},
}


def look_into(file: IO[bytes], content_type: str, *, as_video: bool) -> Findings:
    """Raises NotAcceptable if a browser could not play it.

    `content_type`: what its first bytes say. `as_video`: whether its name says that it is a
    video, so that an MP4 without pictures is told apart from a sound.
    """
    file.seek(0)
    tracks = MediaInfo.parse(file).tracks
    general = next((track for track in tracks if track.track_type == "General"), None)
    if general is None or general.format not in _CONTAINERS[content_type]:
        raise NotAcceptable(Reason.DAMAGED, content_type)
    if general.istruncated == "Yes":
        raise NotAcceptable(Reason.DAMAGED, content_type)
    # A cover picture inside a song is an "Image" track, not a "Video" one.
    videos = [track for track in tracks if track.track_type == "Video"]
    sounds = [track for track in tracks if track.track_type == "Audio"]
    if not videos and not sounds:
        raise NotAcceptable(Reason.DAMAGED, content_type)
    if as_video and not videos:
        raise NotAcceptable(Reason.NO_VIDEO, content_type)
    if not as_video and videos:
        raise NotAcceptable(Reason.MISMATCH, content_type.replace("audio/", "video/"))

    for reason, allowed, found in (
        (Reason.VIDEO_CODEC, _VIDEO_CODECS, videos),
        (Reason.AUDIO_CODEC, _AUDIO_CODECS, sounds),
    ):
        for track in found:
            if track.format not in allowed:
                raise NotAcceptable(reason, _with_codec(content_type, track))
    seconds = _seconds(general, *videos, *sounds)
    if not seconds:
        raise NotAcceptable(Reason.NO_DURATION, content_type)
    if not videos:
        return Findings(content_type.replace("video/", "audio/"), duration_seconds=seconds)
    width, height = _measures(videos[0])
    return Findings(content_type, duration_seconds=seconds, width=width, height=height)


def _with_codec(content_type: str, track: Any) -> str:
    """The type with its codec in words, as reasons.py says it: video/mp4; codecs="HEVC"."""
    name = str(track.format or track.codec_id or "").replace('"', "")
    return f'{content_type}; codecs="{name[:40]}"'


def _seconds(*tracks: Any) -> float:
    """The longest playing time that any track tells, in seconds; 0 if none does."""
    return max((float(track.duration or 0) for track in tracks), default=0.0) / 1000


def _measures(track: Any) -> tuple[int | None, int | None]:
    """Width and height as they are shown: a phone held upright turns its pictures."""
    width, height = track.width, track.height
    if str(track.rotation or "").split(".")[0] in ("90", "270"):
        width, height = height, width
    return width, height
