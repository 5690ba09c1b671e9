"""The demo's files in the default storage, each once, whatever number of activities show it."""

import hashlib
import uuid
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from courses.materials.services import plan_processing
from elearning.storage.current import material_storage
from elearning.uploads.content import look_into
from elearning.uploads.keys import verified_key
from elearning.uploads.models import Upload, UploadState

FOLDER = Path(__file__).resolve().parent / "files"
NAMES = {
    "maths.mp4": "速さの問題を連立方程式で解く.mp4",
    "english.mp4": "不定詞の3用法.mp4",
    "science.mp4": "電流と電圧.mp4",
    "japanese.mp4": "敬語.mp4",
    "maths.pdf": "連立方程式の利用 演習プリント.pdf",
    "english.pdf": "不定詞の3用法 演習プリント.pdf",
    "science.pdf": "電流と電圧 演習プリント.pdf",
    "japanese.pdf": "敬語 演習プリント.pdf",
    "social.pdf": "地形図の読み方 演習プリント.pdf",
    "linear-graph.webp": "一次関数のグラフ.webp",
    "circuit.webp": "電流計と電圧計のつなぎ方.webp",
    "contour-map.webp": "等高線の図.webp",
}
"""What a teacher would have called each file."""


def publish_files(owner: User) -> dict[str, Upload]:
    """Store every demo file as a published upload of `owner`; by file name.

    Each is looked into as any upload is, so that what pages say of it is true.
    """
    return {source: _publish(FOLDER / source, name, owner) for source, name in NAMES.items()}


def _publish(path: Path, name: str, owner: User) -> Upload:
    with path.open("rb") as file:
        findings = look_into(file, name)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    now = timezone.now()
    upload = Upload(
        # The same address again after the database was emptied.
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{sha256}"),
        owner=owner,
        category="video" if path.suffix == ".mp4" else "document",
        name=name,
        size=path.stat().st_size,
        part_size=settings.UPLOAD_PART_BYTES,
        state=UploadState.PUBLISHED,
        sha256=sha256,
        content_type=findings.content_type,
        duration_seconds=findings.duration_seconds,
        page_count=findings.page_count,
        width=findings.width,
        height=findings.height,
        completed_at=now,
        verified_at=now,
    )
    upload.key = verified_key(upload)
    material_storage().put(path, upload.key, content_type=findings.content_type)
    upload.save(force_insert=True)
    # Pictures, posters and renditions come when a worker is there.
    plan_processing(upload)
    return upload
