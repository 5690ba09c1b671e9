"""What only a bucket has: encryption, types, links, many threads."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from boto3.s3.transfer import TransferConfig
from django.core.files.base import ContentFile

from elearning.storage import bucket as bucket_module
from elearning.storage.bucket import MIB, Bucket

FILM = {"name": "速さの問題 第1回.mp4", "content_type": "video/mp4", "inline": True}


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "original"
    path.write_bytes(b"print")
    return path


@pytest.fixture
def on_aws(monkeypatch):
    """A bucket that is never asked anything; links are made without asking."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    return Bucket(bucket_name="juku", region_name="ap-northeast-1")


def like(moto_bucket, **options):
    """The same bucket with other options."""
    return Bucket(
        bucket_name=moto_bucket.bucket_name,
        region_name=moto_bucket.region_name,
        endpoint_url=moto_bucket.endpoint_url,
        **options,
    )


def head(bucket, key):
    return bucket.client.head_object(Bucket=bucket.bucket_name, Key=key)


def test_every_way_to_write_encrypts(moto_bucket, original):
    moto_bucket.put(original, "put", content_type="video/mp4")
    moto_bucket.copy("put", "copied", content_type="video/mp4")
    moto_bucket.save("saved", ContentFile(b"print"))

    for key in ("put", "copied", "saved"):
        assert head(moto_bucket, key)["ServerSideEncryption"] == "AES256"
    assert moto_bucket.encryption_fields == {"x-amz-server-side-encryption": "AES256"}


def test_a_key_of_our_own_encrypts(moto_bucket, original):
    bucket = like(moto_bucket, encryption="aws:kms", kms_key="the-key")
    bucket.put(original, "put", content_type="video/mp4")
    bucket.copy("put", "copied", content_type="video/mp4")

    for key in ("put", "copied"):
        assert head(bucket, key)["ServerSideEncryption"] == "aws:kms"
        assert head(bucket, key)["SSEKMSKeyId"].endswith("the-key")
    assert bucket.encryption_fields == {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "the-key",
    }


def test_a_server_that_cannot_encrypt_is_not_asked_to(moto_bucket, original):
    bucket = like(moto_bucket, encryption="none")

    assert bucket.encryption == bucket.encryption_fields == {}
    bucket.put(original, "put", content_type="video/mp4")


def test_a_file_has_the_type_that_was_found(moto_bucket, original):
    moto_bucket.put(original, "quarantine/one", content_type="application/octet-stream")
    moto_bucket.copy("quarantine/one", "verified/one", content_type="video/mp4")

    assert head(moto_bucket, "quarantine/one")["ContentType"] == "application/octet-stream"
    assert head(moto_bucket, "verified/one")["ContentType"] == "video/mp4"


def test_what_was_noted_on_a_file_in_quarantine_stays_there(moto_bucket):
    moto_bucket.client.put_object(
        Bucket=moto_bucket.bucket_name,
        Key="quarantine/one",
        Body=b"print",
        Metadata={"from": "the browser"},
        Tagging="GuardDutyMalwareScanStatus=NO_THREATS_FOUND",
    )
    moto_bucket.copy("quarantine/one", "verified/one", content_type="video/mp4")

    assert head(moto_bucket, "verified/one")["Metadata"] == {}
    tags = moto_bucket.client.get_object_tagging(Bucket=moto_bucket.bucket_name, Key="verified/one")
    assert tags["TagSet"] == []


def test_a_large_file_is_copied_in_parts(moto_bucket, original, monkeypatch):
    small = TransferConfig(multipart_threshold=6 * MIB, multipart_chunksize=5 * MIB)
    monkeypatch.setattr(bucket_module, "_COPYING", small)
    original.write_bytes(b"a" * (5 * MIB) + b"b" * (2 * MIB))
    moto_bucket.put(original, "quarantine/one", content_type="application/octet-stream")
    version = moto_bucket.version("quarantine/one")
    moto_bucket.copy("quarantine/one", "verified/one", content_type="video/mp4", version=version)

    found = head(moto_bucket, "verified/one")
    assert found["ETag"].endswith('-2"')
    assert found["ContentType"] == "video/mp4"
    assert found["ServerSideEncryption"] == "AES256"
    with moto_bucket.local_path("verified/one") as path:
        assert path.read_bytes() == original.read_bytes()


def test_a_large_file_is_not_kept_in_memory_while_it_is_open(moto_bucket, original):
    original.write_bytes(b"a" * (3 * MIB))
    moto_bucket.put(original, "verified/one", content_type="video/mp4")
    with moto_bucket.open("verified/one") as file:
        assert file.read(1) == b"a"
        assert file.file._rolled, "still in memory"


def test_a_file_that_was_fetched_is_removed_also_after_an_error(moto_bucket, original):
    moto_bucket.put(original, "verified/one", content_type="video/mp4")
    with (
        pytest.raises(ValueError, match="no film"),
        moto_bucket.local_path("verified/one") as path,
    ):
        raise ValueError("no film")

    assert not path.exists()
    assert not path.parent.exists()


def test_a_link_is_signed_for_this_answer_and_for_so_long(on_aws):
    link = urlsplit(on_aws.link("verified/one", seconds=4500, **FILM))
    asked = {name: value for name, [value] in parse_qs(link.query).items()}

    assert (link.scheme, link.hostname) == ("https", "juku.s3.ap-northeast-1.amazonaws.com")
    assert link.path == "/verified/one"
    assert asked["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert asked["X-Amz-Expires"] == "4500"
    assert "/ap-northeast-1/s3/" in asked["X-Amz-Credential"]
    assert asked["response-content-type"] == "video/mp4"
    assert asked["response-content-disposition"].startswith("inline; filename*=utf-8''%E9%80%9F")
    assert asked["response-cache-control"] == "private, max-age=300"


def test_nothing_is_cached_longer_than_its_link_lives(on_aws):
    assert "max-age%3D60&" in on_aws.link("verified/one", seconds=60, **FILM)


def test_the_longest_name_there_may_be_makes_no_link_too_long_to_be_used(on_aws):
    name = "😀" * 251 + ".mp4"
    link = on_aws.link("a", name=name, content_type="video/mp4", inline=True, seconds=60)
    # A role's session token adds up to about 1.5 kB.
    assert len(link) < 6500
    assert link.count("%25F0%259F%2598%2580") == 120
    assert ".mp4" in link


def test_a_link_to_what_is_saved_says_so(on_aws):
    link = on_aws.link(
        "verified/one", name='a"b.docx', content_type="text/html", inline=False, seconds=60
    )
    [disposition] = parse_qs(urlsplit(link).query)["response-content-disposition"]
    assert disposition == r'attachment; filename="a\"b.docx"'


def test_a_link_of_another_server_has_the_bucket_in_its_path(moto_bucket):
    link = moto_bucket.link("verified/one", seconds=60, **FILM)
    assert link.startswith(f"{moto_bucket.endpoint_url}/{moto_bucket.bucket_name}/verified/one?")


def test_another_address_in_the_environment_changes_no_link(on_aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example.jp")
    assert on_aws.link("one", seconds=60, **FILM).startswith("https://juku.s3.ap-northeast-1.")


def test_all_threads_share_one_client(on_aws):
    ours = on_aws.client
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert {pool.submit(lambda: on_aws.client).result() for _ in range(4)} == {ours}


def test_a_store_that_does_not_answer_is_given_up_soon(on_aws):
    config = on_aws.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 20)
    assert config.retries["total_max_attempts"] == 3


def test_an_unsigned_address_is_never_made(on_aws):
    assert "X-Amz-Signature=" in on_aws.url("verified/one")
