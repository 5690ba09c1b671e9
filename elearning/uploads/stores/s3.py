"""Parts in a bucket: the browser sends them straight there, and no byte comes this way."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage

from elearning.storage.bucket import Bucket
from elearning.storage.errors import unavailable_said
from elearning.uploads.keys import is_ours, quarantine_key, upload_id_of
from elearning.uploads.models import Upload
from elearning.uploads.stores import FoundPlace, PartsDamaged, PlaceGone, Target

LINK_SECONDS = 60 * 60
"""A part of 16 MiB needs less on any line that a lesson's film can be sent over."""
MULTIPART = "s3:"
FORM = "s3-form"
"""A file of one part is sent with a form that the store checks, and needs no place."""


class S3Store:
    """A multipart upload a file, on the key where the whole file will be quarantined."""

    def open(self, upload: Upload) -> str:
        if upload.part_count == 1:
            return FORM
        with unavailable_said():
            begun = self._client.create_multipart_upload(
                **self._object(upload), ContentType=_UNKNOWN, **self._bucket.encryption
            )
        return f"{MULTIPART}{begun['UploadId']}"

    def owns(self, place: str) -> bool:
        return place == FORM or place.startswith(MULTIPART)

    def target(self, upload: Upload, number: int, sha256: str) -> Target:
        if upload.place == FORM:
            return self._form(upload)
        url = self._client.generate_presigned_url(
            "upload_part",
            Params={
                **self._multipart(upload),
                "PartNumber": number,
                "ContentLength": upload.part_length(number),
            },
            ExpiresIn=LINK_SECONDS,
        )
        return Target("PUT", url)

    def stored(self, upload: Upload) -> set[int]:
        if upload.place == FORM:
            return {1} if self._whole_size(quarantine_key(upload)) == upload.size else set()
        return {
            part["PartNumber"]
            for part in self._parts(upload)
            if part["PartNumber"] <= upload.part_count
            and part["Size"] == upload.part_length(part["PartNumber"])
        }

    def assemble(self, upload: Upload, key: str) -> None:
        try:
            if upload.place != FORM:
                self._complete(upload)
        except PlaceGone:
            # Completed before, by a worker that could not say so any more; or it is lost.
            pass
        if self._whole_size(key) is None:
            raise PartsDamaged

    def discard(self, upload: Upload, place: str = "") -> None:
        place = place or upload.place
        if not place.startswith(MULTIPART):
            return
        self._abort(**self._multipart(upload, place))

    def places(self, before: datetime) -> Iterator[FoundPlace]:
        """Also of copies within the bucket that a worker left half done."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket.bucket_name
        )
        with unavailable_said():
            for page in pages:
                for begun in page.get("Uploads", []):
                    if begun["Initiated"] < before and is_ours(begun["Key"]):
                        place = f"{MULTIPART}{begun['UploadId']}"
                        yield FoundPlace(upload_id_of(begun["Key"]), place, begun["Key"])

    def clear(self, found: FoundPlace) -> None:
        self._abort(Bucket=self._bucket.bucket_name, Key=found.at, UploadId=_id_in(found.place))

    def _form(self, upload: Upload) -> Target:
        fields = {
            "Content-Type": _UNKNOWN,
            "success_action_status": "201",
            **self._bucket.encryption_fields,
        }
        form = self._client.generate_presigned_post(
            **self._object(upload),
            Fields=dict(fields),
            Conditions=[
                *({name: value} for name, value in fields.items()),
                ["content-length-range", upload.size, upload.size],
            ],
            ExpiresIn=LINK_SECONDS,
        )
        return Target("POST", form["url"], fields=form["fields"])

    def _complete(self, upload: Upload) -> None:
        parts = [
            {"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in self._parts(upload)
        ]
        with unavailable_said():
            try:
                self._client.complete_multipart_upload(
                    **self._multipart(upload), MultipartUpload={"Parts": parts}
                )
            except ClientError as error:
                raise _place_gone(error) from error

    def _parts(self, upload: Upload) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_parts").paginate(**self._multipart(upload))
        with unavailable_said():
            try:
                for page in pages:
                    yield from page.get("Parts", [])
            except ClientError as error:
                raise _place_gone(error) from error

    def _abort(self, **multipart: str) -> None:
        with unavailable_said():
            try:
                self._client.abort_multipart_upload(**multipart)
            except ClientError as error:
                if not isinstance(_place_gone(error), PlaceGone):
                    raise

    def _whole_size(self, key: str) -> int | None:
        try:
            with unavailable_said():
                return self._bucket.size(key)
        except FileNotFoundError:
            return None

    def _multipart(self, upload: Upload, place: str = "") -> dict[str, str]:
        place = place or upload.place
        return {**self._object(upload), "UploadId": _id_in(place)}

    def _object(self, upload: Upload) -> dict[str, str]:
        return {"Bucket": self._bucket.bucket_name, "Key": quarantine_key(upload)}

    @property
    def _bucket(self) -> Bucket:
        return cast(Bucket, default_storage)

    @property
    def _client(self) -> Any:
        return self._bucket.client


_UNKNOWN = "application/octet-stream"
"""What it is will be found by looking into it; the browser's word for it is not kept."""


_GONE = {"NoSuchUpload", "NoSuchKey"}
"""S3 says the first, Ceph in some places the second. NoSuchBucket is a mistake of ours."""


def _id_in(place: str) -> str:
    return place.removeprefix(MULTIPART)


def _place_gone(error: ClientError) -> Exception:
    return PlaceGone() if error.response["Error"]["Code"] in _GONE else error
