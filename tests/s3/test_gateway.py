"""What we rely on the store for: it refuses what was not signed, and keeps what it was given.

Without Django and without our code. What this store does not do, and AWS does, is listed in
docs/development.md.
"""

import base64
import time
from typing import Any

import pytest
import requests
from botocore.exceptions import BotoCoreError, ClientError

MIB = 1024 * 1024
LEAST_PART = 5 * MIB
SITE = "https://juku.example.jp"


@pytest.fixture
def client(gateway):
    return gateway.client()


class Store:
    """The test's bucket, as the application and a browser use it."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def put(self, key: str, body: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def body(self, key: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def etag(self, key: str) -> str:
        return self.client.head_object(Bucket=self.bucket, Key=key)["ETag"]

    def link(self, what: str, key: str, seconds: int = 60, **more: Any) -> str:
        return self.client.generate_presigned_url(
            what, Params={"Bucket": self.bucket, "Key": key, **more}, ExpiresIn=seconds
        )

    def form(self, key: str, least: int, most: int, seconds: int = 60) -> dict[str, Any]:
        return self.client.generate_presigned_post(
            self.bucket,
            key,
            Fields={"Content-Type": "application/pdf"},
            Conditions=[
                ["content-length-range", least, most],
                {"Content-Type": "application/pdf"},
            ],
            ExpiresIn=seconds,
        )


@pytest.fixture
def store(client, bucket) -> Store:
    return Store(client, bucket)


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


def put(url: str, body: bytes) -> requests.Response:
    return requests.put(url, data=body, timeout=30)


def send(form: dict[str, Any], body: bytes, **fields: str) -> requests.Response:
    fields = {**form["fields"], **fields}
    return requests.post(form["url"], data=fields, files={"file": ("x", body)}, timeout=10)


def code(raised: pytest.ExceptionInfo[ClientError]) -> str:
    return raised.value.response["Error"]["Code"]


class TestLinks:
    def test_a_link_is_answered_with_the_type_and_name_it_was_signed_for(self, store):
        store.put("a", b"0123456789")
        link = store.link(
            "get_object",
            "a",
            ResponseContentType="application/pdf",
            ResponseContentDisposition="inline; filename*=UTF-8''%E6%95%B0%E5%AD%A6.pdf",
        )

        answer = get(link)

        assert answer.content == b"0123456789"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].endswith("''%E6%95%B0%E5%AD%A6.pdf")

    def test_in_ranges_too(self, store):
        store.put("a", b"0123456789")

        answer = get(store.link("get_object", "a"), Range="bytes=2-4")

        assert (answer.status_code, answer.content) == (206, b"234")
        assert answer.headers["Content-Range"] == "bytes 2-4/10"

    def test_without_one_nothing_is_given(self, gateway, bucket, store):
        store.put("a", b"a")

        assert get(f"{gateway.url}/{bucket}/a").status_code == 403
        assert get(f"{gateway.url}/{bucket}").status_code == 403

    @pytest.mark.parametrize(
        ("signed", "sent"),
        [
            ("/mine?", "/yours?"),
            ("X-Amz-Expires=60", "X-Amz-Expires=6000"),
            ("inline", "attachment"),
            ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ],
        ids=["key", "lifetime", "disposition", "signature"],
    )
    def test_a_link_that_was_changed_is_refused(self, store, signed, sent):
        store.put("mine", b"mine")
        store.put("yours", b"yours")
        link = store.link("get_object", "mine", ResponseContentDisposition="inline")
        assert get(link).status_code == 200
        assert signed in link

        assert get(link.replace(signed, sent)).status_code == 403

    def test_a_link_for_reading_does_not_write(self, store):
        store.put("a", b"a")
        link = store.link("get_object", "a")

        assert put(link, b"b").status_code == 403
        assert requests.delete(link, timeout=10).status_code == 403
        assert store.body("a") == b"a"

    def test_a_link_ends(self, store):
        store.put("a", b"a")
        link = store.link("get_object", "a", seconds=1)
        deadline = time.monotonic() + 30

        while get(link).status_code == 200:
            assert time.monotonic() < deadline

        assert get(link).status_code == 403
        assert get(store.link("get_object", "a")).status_code == 200

    def test_a_link_that_others_signed_is_refused(self, gateway, bucket, store):
        store.put("a", b"a")
        gateway.secret_key = "guessed"
        try:
            link = Store(gateway.client(), bucket).link("get_object", "a")
        finally:
            del gateway.secret_key

        assert get(link).status_code == 403


class TestForms:
    """Small files: one POST from the browser."""

    def test_a_file_of_the_announced_size_is_taken(self, store):
        assert send(store.form("a", 10, 10), b"x" * 10).status_code == 204
        assert store.body("a") == b"x" * 10

    @pytest.mark.parametrize("size", [9, 11])
    def test_another_size_is_refused(self, store, size):
        assert send(store.form("a", 10, 10), b"x" * size).status_code == 400

    @pytest.mark.parametrize(
        "field",
        [{"key": "b"}, {"Content-Type": "text/html"}, {"acl": "public-read"}],
        ids=["key", "type", "more"],
    )
    def test_other_fields_than_the_signed_ones_are_refused(self, store, field):
        assert send(store.form("a", 1, 10), b"x", **field).status_code == 403

    def test_other_conditions_than_the_signed_ones_are_refused(self, store):
        form = store.form("a", 1, 10)
        policy = base64.b64decode(form["fields"]["policy"])
        wider = policy.replace(b"1, 10", b"1, 99")
        assert wider != policy

        answer = send(form, b"x", policy=base64.b64encode(wider).decode())

        assert answer.status_code == 403

    def test_a_form_ends(self, store):
        form = store.form("a", 1, 10, seconds=1)
        deadline = time.monotonic() + 30

        while send(form, b"x").status_code == 204:
            assert time.monotonic() < deadline

        assert send(form, b"x").status_code == 403
        assert send(store.form("a", 1, 10), b"x").status_code == 204


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


class TestOrigins:
    """CORS: which site's pages may send."""

    @pytest.fixture
    def ask(self, gateway):
        shared = gateway.make_bucket([SITE])

        def preflight(origin: str, method: str = "PUT") -> requests.Response:
            headers = {"Origin": origin, "Access-Control-Request-Method": method}
            return requests.options(f"{gateway.url}/{shared}/a", headers=headers, timeout=10)

        yield preflight
        gateway.remove_bucket(shared)

    def test_the_sites_own_pages_may(self, ask):
        assert ask(SITE).headers["Access-Control-Allow-Origin"] == SITE

    @pytest.mark.parametrize("other", ["https://evil.example.jp", "null", f"{SITE}.evil.jp"])
    def test_others_may_not(self, ask, other):
        answer = ask(other)

        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_not_even_they_may_delete(self, ask):
        assert ask(SITE, "DELETE").status_code == 403


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


def test_a_scanner_can_note_its_verdict_on_a_file(client, bucket, store):
    store.put("a", b"a")
    verdict = [{"Key": "GuardDutyMalwareScanStatus", "Value": "NO_THREATS_FOUND"}]

    assert client.get_object_tagging(Bucket=bucket, Key="a")["TagSet"] == []
    client.put_object_tagging(Bucket=bucket, Key="a", Tagging={"TagSet": verdict})

    assert client.get_object_tagging(Bucket=bucket, Key="a")["TagSet"] == verdict


class TestFaults:
    """What tests do to the store, and what it has afterwards."""

    @pytest.mark.parametrize("end", ["stop", "kill"])
    def test_a_gateway_that_was_gone_has_everything(self, gateway, client, bucket, store, end):
        store.put("a", b"a")
        upload = {"Bucket": bucket, "Key": "film"}
        upload["UploadId"] = client.create_multipart_upload(**upload)["UploadId"]
        client.upload_part(**upload, PartNumber=1, Body=b"part")

        getattr(gateway.server, end)()
        with pytest.raises(BotoCoreError):
            store.body("a")
        gateway.server.start()

        assert store.body("a") == b"a"
        assert [part["Size"] for part in client.list_parts(**upload)["Parts"]] == [4]

    def test_a_paused_one_answers_late(self, gateway, bucket, store):
        store.put("a", b"a")
        link = store.link("get_object", "a")

        gateway.server.pause()
        with pytest.raises(requests.Timeout):
            requests.get(link, timeout=0.5)
        gateway.server.resume()

        assert get(link).status_code == 200

    def test_all_ways_to_it_can_be_cut(self, gateway, cut, store):
        store.put("a", b"a")
        link = store.link("get_object", "a")

        cut.refuse()

        with pytest.raises(requests.ConnectionError):
            get(link)
        with pytest.raises(BotoCoreError):
            store.body("a")
        past_it = gateway.client(past_address=True)
        assert past_it.get_object(Bucket=store.bucket, Key="a")["Body"].read() == b"a"
