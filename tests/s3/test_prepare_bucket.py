"""`manage.py prepare_bucket` on a store that no CloudFormation sets up."""

import json
import time
from io import StringIO

import pytest
import requests
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command

from elearning.storage import preparing
from elearning.storage.current import material_storage

SITE = "https://juku.example.jp"


def prepare(*arguments: str) -> str:
    out = StringIO()
    call_command("prepare_bucket", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def client(gateway):
    return gateway.client()


@pytest.fixture
def no_bucket(client, bucket, settings):
    """The name of a bucket that the settings have and the store has not."""
    name = f"{bucket}-new"
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "bucket_name": name}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    return name


def preflight(gateway, bucket: str, origin: str, method: str = "PUT"):
    asks = {"Origin": origin, "Access-Control-Request-Method": method}
    asks["Access-Control-Request-Headers"] = "content-type"
    return requests.options(f"{gateway.url}/{bucket}/quarantine/1", headers=asks, timeout=10)


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "HEAD"])
def test_the_sites_pages_may_send_and_read(gateway, bucket, method):
    assert preflight(gateway, bucket, SITE, method).status_code == 403

    prepare("--origin", SITE)

    allowed = preflight(gateway, bucket, SITE, method)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert allowed.headers["Access-Control-Expose-Headers"] == "ETag"
    assert allowed.headers["Access-Control-Max-Age"] == "3600"


def test_other_sites_may_not_and_nobody_may_delete(gateway, bucket):
    prepare("--origin", SITE)

    assert preflight(gateway, bucket, "https://evil.example.jp").status_code == 403
    assert preflight(gateway, bucket, SITE, "DELETE").status_code == 403


def test_a_site_may_have_several_addresses(gateway, bucket):
    prepare("--origin", SITE, "--origin", "http://127.0.0.1:8000")

    assert preflight(gateway, bucket, SITE).status_code == 200
    assert preflight(gateway, bucket, "http://127.0.0.1:8000").status_code == 200


def test_what_is_complete_may_wait_for_its_check_for_a_month():
    """Its parts are made one file only by a worker, and the rule takes them before."""
    assert preparing.UNFINISHED_DAYS >= 30


def test_what_is_never_completed_is_removed_in_the_end(client, bucket, monkeypatch):
    """To this store a day is two seconds."""
    monkeypatch.setattr(preparing, "UNFINISHED_DAYS", 7)
    client.create_multipart_upload(Bucket=bucket, Key="quarantine/1")

    prepare("--origin", SITE)

    rules = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rules[0]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    deadline = time.monotonic() + 60
    while client.list_multipart_uploads(Bucket=bucket).get("Uploads"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_file_made_public_by_mistake_is_not_served(gateway, client, bucket):
    def publish():
        client.put_object(Bucket=bucket, Key="a", Body=b"a", ACL="public-read")
        return requests.get(f"{gateway.url}/{bucket}/a", timeout=10).status_code

    assert publish() == 200

    prepare("--origin", SITE)

    assert publish() == 403


def test_files_can_still_be_stored(bucket, tmp_path):
    """Blocking public ACLs makes this store refuse every file, so that is not kept."""
    (tmp_path / "file").write_bytes(b"x")

    said = prepare("--origin", SITE)

    assert "public access: blocked; public ACLs are ignored, not refused" in said
    material_storage().put(tmp_path / "file", "verified/1", content_type="text/plain")
    assert [file.key for file in material_storage().list("")] == ["verified/1"]


@pytest.fixture
def encryption(settings):
    """`encryption("AES256")`: from now on the settings want it."""

    def want(kind: str) -> None:
        default = settings.STORAGES["default"]
        options = {**default["OPTIONS"], "encryption": kind}
        settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}

    return want


def test_a_store_that_cannot_encrypt_is_told_what_to_set_and_no_failure(encryption):
    encryption("AES256")

    said = prepare("--origin", SITE)

    assert (
        "encryption: this store does not encrypt by itself; set MATERIAL_ENCRYPTION=none"
        " (InvalidArgument)" in said
    )


def test_what_was_prepared_for_encryption_takes_files_once_none_is_wanted(encryption, tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    encryption("AES256")
    prepare("--origin", SITE)
    encryption("none")

    material_storage().put(tmp_path / "file", "verified/1", content_type="text/plain")


def test_a_bucket_that_was_left_taking_no_file_is_mended(client, bucket, tmp_path):
    everything = dict.fromkeys(preparing._BLOCKS, True)
    client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=everything)
    with pytest.raises(ClientError):
        client.put_object(Bucket=bucket, Key="a", Body=b"a")

    said = prepare("--origin", SITE)

    assert "public access: blocked; public ACLs are ignored, not refused" in said
    client.put_object(Bucket=bucket, Key="a", Body=b"a")


def test_what_takes_no_file_for_another_reason_stays_blocked(client, bucket):
    """Here one's own policy: it is not for the block to give way to it."""
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**nobody, "Resource": "arn:aws:s3:::*"}]}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))

    said = prepare("--origin", SITE)

    assert "public access: blocked; but no file could be stored, as a trial" in said
    blocked = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}


def test_twice_is_as_good_as_once(client, bucket):
    def rules():
        return (
            client.get_bucket_cors(Bucket=bucket)["CORSRules"],
            client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        )

    first_said = prepare("--origin", SITE)
    first = rules()

    assert prepare("--origin", SITE) == first_said
    assert rules() == first


def test_a_new_address_takes_the_old_ones_place(gateway, bucket):
    prepare("--origin", "https://old.example.jp")
    prepare("--origin", SITE)

    assert preflight(gateway, bucket, SITE).status_code == 200
    assert preflight(gateway, bucket, "https://old.example.jp").status_code == 403


def test_rules_that_others_made_are_kept(client, bucket):
    cors = {"ID": "theirs", "AllowedOrigins": ["https://a.jp"], "AllowedMethods": ["GET"]}
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [cors]})
    expiry = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "old/"}}
    expiry["Expiration"] = {"Days": 400}
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [expiry]}
    )

    prepare("--origin", SITE)

    rules = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert {rule["ID"] for rule in rules} == {"theirs", "elearning"}
    rules = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert {rule["ID"] for rule in rules} == {"theirs", "elearning"}


def test_a_bucket_that_is_not_there_is_not_made_unasked(client, no_bucket):
    with pytest.raises(CommandError, match=f"There is no bucket {no_bucket}; --create makes it"):
        prepare("--origin", SITE)

    assert no_bucket not in [each["Name"] for each in client.list_buckets()["Buckets"]]


def test_a_bucket_is_made_when_asked_for(gateway, no_bucket):
    said = prepare("--origin", SITE, "--create")

    assert f"{no_bucket} is made." in said
    assert preflight(gateway, no_bucket, SITE).status_code == 200
    gateway.remove_bucket(no_bucket)


def test_a_store_that_does_not_answer_is_told_in_a_sentence(cut, bucket):
    cut.refuse()

    with pytest.raises(CommandError, match=r"does not answer: .*127\.0\.0\.1"):
        prepare("--origin", SITE)


@pytest.mark.parametrize("wrong", ["*", "juku.example.jp", "https://juku.example.jp/path"])
def test_an_address_that_is_none_is_refused(wrong):
    with pytest.raises(CommandError, match="invalid origin value"):
        prepare("--origin", wrong)
