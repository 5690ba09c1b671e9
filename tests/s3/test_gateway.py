"""What we rely on the store for: it refuses what was not signed, and keeps what it was given.

Without Django and without our code. What this store does not do, and AWS does, is listed in
docs/development.md.
"""

import base64
import time

import pytest
import requests
from botocore.exceptions import BotoCoreError

from tests.s3.store import Store, get, put, send

SITE = "https://juku.example.jp"


@pytest.fixture
def client(gateway):
    return gateway.client()


@pytest.fixture
def store(client, bucket) -> Store:
    return Store(client, bucket)


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
