"""Why a file was not accepted: a code in the database, a sentence on the page."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.uploads.formats import GROUP_WORDS, extension, group_of
from elearning.uploads.models import Upload


class Reason(StrEnum):
    """Stored in Upload.reason; never renamed."""

    MISMATCH = "mismatch"
    """The name says one thing, the bytes are another: Upload.content_type says which."""
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    PARTS_DAMAGED = "parts_damaged"
    SIZE = "size"
    PDF_PASSWORD = "pdf_password"  # noqa: S105 - a code
    PDF_EMPTY = "pdf_empty"
    IMAGE_TOO_LARGE = "image_too_large"
    NO_VIDEO = "no_video"
    NO_AUDIO = "no_audio"
    NO_DURATION = "no_duration"
    VIDEO_CODEC = "video_codec"
    AUDIO_CODEC = "audio_codec"
    MACROS = "macros"
    OFFICE_OLD = "office_old"
    MALWARE = "malware"
    NOT_SCANNABLE = "not_scannable"
    LOST = "lost"
    """It was in use, and its bytes are gone from the storage."""


# What was found inside, by content type, in the words of a school's office.
FOUND: dict[str, Promise] = {
    "application/pdf": gettext_lazy("PDF"),
    "application/vnd.microsoft.portable-executable": gettext_lazy("プログラム（実行ファイル）"),
    "application/x-executable": gettext_lazy("プログラム（実行ファイル）"),
    "application/x-sh": gettext_lazy("プログラム（スクリプト）"),
    "text/html": gettext_lazy("Web ページ（HTML）"),
    "image/svg+xml": gettext_lazy("SVG 画像"),
    "text/plain": gettext_lazy("文字だけのファイル（テキスト）"),
    "application/rtf": gettext_lazy("リッチテキスト（RTF）"),
    "application/zip": gettext_lazy("圧縮ファイル（ZIP）"),
    "application/vnd.rar": gettext_lazy("圧縮ファイル（RAR）"),
    "application/x-7z-compressed": gettext_lazy("圧縮ファイル（7z）"),
    "application/gzip": gettext_lazy("圧縮ファイル（gzip）"),
    "application/x-ole-storage": gettext_lazy("古い形式、またはパスワード付きの Office ファイル"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": gettext_lazy(
        "Word 文書"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": gettext_lazy(
        "Excel ファイル"
    ),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": gettext_lazy(
        "PowerPoint ファイル"
    ),
    "image/heic": gettext_lazy("HEIC 形式の写真"),
    "image/bmp": gettext_lazy("BMP 画像"),
    "image/tiff": gettext_lazy("TIFF 画像"),
    "video/x-msvideo": gettext_lazy("AVI 形式の動画"),
    "video/x-matroska": gettext_lazy("MKV 形式の動画"),
    "video/x-ms-asf": gettext_lazy("Windows Media（WMV・WMA）のファイル"),
    "video/x-flv": gettext_lazy("Flash 動画（FLV）"),
    "video/mpeg": gettext_lazy("MPEG 形式の動画"),
}
_DANGEROUS = {
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-sh",
    "text/html",
    "image/svg+xml",
}


def sentence(upload: Upload) -> str:
    """Why this upload was rejected and what to do now; "" if it was not rejected."""
    if not upload.reason:
        return ""
    try:
        write = _SENTENCES[Reason(upload.reason)]
    except ValueError:
        write = _unknown
    return write(upload)


def claimed(upload: Upload) -> str:
    """動画（.mp4）: what the file's name says that it is."""
    ending = extension(upload.name)
    group = group_of(upload.name)
    word = GROUP_WORDS[group] if group else _("ファイル")
    return _("%(word)s（%(ending)s）") % {"word": word, "ending": ending}


def found_words(content_type: str) -> str:
    """The content type in a person's words; "" if there is no word for it."""
    bare = content_type.split(";")[0]
    if bare in FOUND:
        return str(FOUND[bare])
    families = {"image": _("画像"), "audio": _("音声"), "video": _("動画")}
    return families.get(bare.split("/")[0], "")


def _codec(upload: Upload) -> str:
    return upload.content_type.partition('codecs="')[2].rstrip('"') or _("不明な形式")


def _mismatch(upload: Upload) -> str:
    found = found_words(upload.content_type)
    if not found:
        return _unknown(upload)
    group = group_of(upload.name)
    words = {
        "claimed": claimed(upload),
        "found": found,
        "word": GROUP_WORDS[group] if group else _("正しい"),
    }
    if upload.content_type in _DANGEROUS:
        return (
            _(
                "ファイル名は%(claimed)sですが、中身は%(found)sです。"
                "安全のため受け付けられません。元の%(word)sファイルをお選びください。"
            )
            % words
        )
    if upload.content_type.startswith("video/x-") or upload.content_type == "video/mpeg":
        return (
            _(
                "ファイル名は%(claimed)sですが、中身は%(found)sです。ブラウザでは再生できないため、"
                "動画編集ソフトなどで MP4（H.264）に書き出してから、"
                "もう一度アップロードしてください。"
            )
            % words
        )
    return (
        _(
            "ファイル名は%(claimed)sですが、中身は%(found)sです。"
            "名前を付け間違えていないかご確認のうえ、正しいファイルをお選びください。"
        )
        % words
    )


def _unknown(upload: Upload) -> str:
    return _(
        "ファイル名は%(claimed)sですが、中身がその形式ではないため開けませんでした。"
        "元のソフトでファイルを開けるかご確認のうえ、書き出し直したものをお選びください。"
    ) % {"claimed": claimed(upload)}


def _damaged(upload: Upload) -> str:
    return _(
        "ファイルが壊れているか、途中で切れているため、%(claimed)sとして開けませんでした。"
        "お手元のパソコンで開けるかご確認のうえ、もう一度アップロードしてください。"
    ) % {"claimed": claimed(upload)}


def _video_codec(upload: Upload) -> str:
    codec = _codec(upload)
    if codec == "HEVC":
        return _(
            "この動画の映像は HEVC（H.265）形式で、生徒のパソコンでは再生できないことがあります。"
            "MP4（H.264）で書き出してください。iPhone・iPad では「設定」→「カメラ」→"
            "「フォーマット」を「互換性優先」にすると、次の撮影から H.264 になります。"
        )
    return _(
        "この動画の映像は %(codec)s 形式で、ブラウザでは再生できません。動画編集ソフトなどで "
        "MP4（H.264・AAC）に書き出してから、もう一度アップロードしてください。"
    ) % {"codec": codec}


def _audio_codec(upload: Upload) -> str:
    return _(
        "音声が %(codec)s 形式のため、ブラウザでは再生できません。音声を AAC（動画は MP4、"
        "音声は M4A）または MP3 にして書き出し、もう一度アップロードしてください。"
    ) % {"codec": _codec(upload)}


def _text(words: str | Promise) -> Callable[[Upload], str]:
    return lambda upload: str(words)


_SENTENCES: dict[Reason, Callable[[Upload], str]] = {
    Reason.MISMATCH: _mismatch,
    Reason.UNKNOWN: _unknown,
    Reason.DAMAGED: _damaged,
    Reason.PARTS_DAMAGED: _text(
        gettext_lazy(
            "サーバーで保管している間にファイルの一部が失われました。"
            "お手数ですが、もう一度アップロードしてください。"
        )
    ),
    Reason.SIZE: _text(
        gettext_lazy(
            "届いたファイルの大きさが、はじめに伝えられた大きさと違います。"
            "もう一度アップロードしてください。"
        )
    ),
    Reason.PDF_PASSWORD: _text(
        gettext_lazy(
            "この PDF にはパスワードがかかっていて、生徒が開けません。"
            "パスワードを外して保存し直したものをお選びください。"
        )
    ),
    Reason.PDF_EMPTY: _text(
        gettext_lazy("この PDF にはページがありません。元のファイルをご確認ください。")
    ),
    Reason.IMAGE_TOO_LARGE: _text(
        gettext_lazy(
            "画像の縦横が大きすぎます（上限はおよそ 8,000 万画素です）。"
            "縮小して保存し直したものをお選びください。"
        )
    ),
    Reason.NO_VIDEO: _text(
        gettext_lazy(
            "このファイルには映像が入っていません（音声だけです）。"
            "音声として配る場合は、M4A または MP3 のファイルをお選びください。"
        )
    ),
    Reason.NO_AUDIO: _text(
        gettext_lazy(
            "このファイルには音声が入っていません。元のファイルを再生できるかご確認ください。"
        )
    ),
    Reason.NO_DURATION: _text(
        gettext_lazy(
            "再生時間を読み取れませんでした。録画や書き出しが途中で終わっている可能性があります。"
            "もう一度書き出したものをお選びください。"
        )
    ),
    Reason.VIDEO_CODEC: _video_codec,
    Reason.AUDIO_CODEC: _audio_codec,
    Reason.MACROS: _text(
        gettext_lazy(
            "マクロ（プログラム）が入っているため、安全のため受け付けられません。"
            "マクロを含まない形式（.docx・.xlsx・.pptx）か PDF で保存し直してください。"
        )
    ),
    Reason.OFFICE_OLD: _text(
        gettext_lazy(
            "パスワードがかかっているか、古い形式の Office ファイルです。パスワードを外し、"
            "新しい形式（.docx・.xlsx・.pptx）か PDF で保存し直してください。"
        )
    ),
    Reason.MALWARE: _text(
        gettext_lazy(
            "ウイルスなどの危険なプログラムが見つかったため、受け付けられません。"
            "お使いのパソコンをウイルス対策ソフトで検査し、運営にもお知らせください。"
        )
    ),
    Reason.NOT_SCANNABLE: _text(
        gettext_lazy(
            "パスワードがかかっているなどの理由でウイルス検査ができないため、受け付けられません。"
            "パスワードを外して保存し直したものをお選びください。"
        )
    ),
    Reason.LOST: _text(
        gettext_lazy(
            "保管場所でファイルが見つからなくなりました。"
            "お手数ですが、お手元の元のファイルをもう一度アップロードしてください。"
        )
    ),
}
