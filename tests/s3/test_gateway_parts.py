"""What large files rely on the store for; see test_gateway.py."""

import pytest
from botocore.exceptions import ClientError

from tests.s3.store import Store, code, put

LEAST_PART = 5 * 1024 * 1024


@pytest.fixture
def client(gateway):
    return gateway.client()


@pytest.fixture
def store(client, bucket) -> Store:
    return Store(client, bucket)


class TestParts:
    """Large files: parts from the browser, put together by the store."""

    @pytest.fixture
    def upload(self, store, client, bucket) -> dict[str, str]:
        begun = client.create_multipart_upload(Bucket=bucket, Key="film")
        return {"Bucket": bucket, "Key": "film", "UploadId": begun["UploadId"]}

    @pytest.fixture
    def part_link(self, store, upload):
        def link(number: int, length: int) -> str:
            more = {"UploadId": upload["UploadId"], "PartNumber": number, "ContentLength": length}
            return store.link("upload_part", "film", **more)

        return link

    @pytest.fixture
    def complete(self, client, upload):
        def complete() -> None:
            parts = [
                {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
                for part in client.list_parts(**upload)["Parts"]
            ]
            client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

        return complete

    def test_parts_become_one_file_whatever_their_order(self, store, part_link, complete):
        assert put(part_link(2, 3), b"end").status_code == 200
        assert put(part_link(1, LEAST_PART), b"x" * LEAST_PART).status_code == 200

        complete()

        assert store.body("film") == b"x" * LEAST_PART + b"end"

    @pytest.mark.parametrize("length", [9, 11])
    def test_a_part_of_another_length_than_signed_is_refused(
        self, client, upload, part_link, length
    ):
        assert put(part_link(1, 10), b"x" * length).status_code == 403
        assert "Parts" not in client.list_parts(**upload)

    def test_a_link_is_for_one_number(self, part_link):
        link = part_link(1, 10).replace("partNumber=1", "partNumber=2")

        assert put(link, b"x" * 10).status_code == 403

    def test_a_part_sent_again_takes_the_place_of_the_first(self, client, upload, part_link):
        put(part_link(1, 5), b"first")
        put(part_link(1, 6), b"second")

        parts = client.list_parts(**upload)["Parts"]

        assert [(part["PartNumber"], part["Size"]) for part in parts] == [(1, 6)]

    def test_what_is_there_is_listed_in_pages(self, client, upload, part_link):
        for number in range(1, 6):
            put(part_link(number, number), b"x" * number)

        pages = list(
            client.get_paginator("list_parts").paginate(**upload, PaginationConfig={"PageSize": 2})
        )

        numbers = [[part["PartNumber"] for part in page["Parts"]] for page in pages]
        assert numbers == [[1, 2], [3, 4], [5]]
        assert [part["Size"] for part in pages[0]["Parts"]] == [1, 2]

    def test_too_small_parts_are_refused_in_the_end(self, store, part_link, complete):
        put(part_link(1, 1), b"x")
        put(part_link(2, 1), b"x")

        with pytest.raises(ClientError) as refused:
            complete()

        assert code(refused) == "EntityTooSmall"
        with pytest.raises(ClientError):
            store.etag("film")

    @pytest.mark.parametrize("ended", ["completed", "aborted"])
    def test_nothing_can_be_sent_after_the_end(self, client, upload, part_link, complete, ended):
        link = part_link(1, 10)
        assert put(link, b"x" * 10).status_code == 200
        if ended == "completed":
            complete()
        else:
            client.abort_multipart_upload(**upload)

        assert put(link, b"y" * 10).status_code == 404
        with pytest.raises(ClientError) as refused:
            client.list_parts(**upload)
        # AWS says NoSuchUpload, this store sometimes NoSuchKey.
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404

    def test_an_aborted_upload_leaves_no_file(self, client, bucket, store, upload, part_link):
        put(part_link(1, 10), b"x" * 10)

        client.abort_multipart_upload(**upload)

        assert not client.list_multipart_uploads(Bucket=bucket).get("Uploads")
        assert "Contents" not in client.list_objects_v2(Bucket=bucket)


class TestCopies:
    """From the quarantine to where files are served, without the bytes coming to us."""

    def test_a_copy_has_the_bytes_and_the_type_it_is_given(self, client, bucket, store):
        store.put("quarantine/1", b"film")

        client.copy_object(
            Bucket=bucket,
            Key="verified/1",
            CopySource={"Bucket": bucket, "Key": "quarantine/1"},
            ContentType="video/mp4",
            MetadataDirective="REPLACE",
        )

        copy = client.get_object(Bucket=bucket, Key="verified/1")
        assert (copy["Body"].read(), copy["ContentType"]) == (b"film", "video/mp4")

    def test_large_files_are_copied_in_parts(self, client, bucket, store):
        source = {"Bucket": bucket, "Key": "quarantine/1"}
        store.put("quarantine/1", b"x" * LEAST_PART + b"end")
        upload = {"Bucket": bucket, "Key": "verified/1"}
        upload["UploadId"] = client.create_multipart_upload(**upload)["UploadId"]
        parts = []
        for number, wanted in enumerate([(0, LEAST_PART - 1), (LEAST_PART, LEAST_PART + 2)], 1):
            part = client.upload_part_copy(
                **upload,
                PartNumber=number,
                CopySource=source,
                CopySourceRange="bytes={}-{}".format(*wanted),
            )
            parts.append({"PartNumber": number, "ETag": part["CopyPartResult"]["ETag"]})

        client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

        assert store.body("verified/1") == b"x" * LEAST_PART + b"end"

    def test_what_is_gone_cannot_be_copied(self, client, bucket):
        with pytest.raises(ClientError) as refused:
            client.copy_object(Bucket=bucket, Key="a", CopySource={"Bucket": bucket, "Key": "gone"})

        assert code(refused) == "NoSuchKey"
