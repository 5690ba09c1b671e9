"""A store that knows all that prepare_bucket sets; one that does not is in tests/s3."""

from io import StringIO

import pytest
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command

from elearning.storage.preparing import create_bucket

SITE = "https://juku.example.jp"


def prepare() -> str:
    out = StringIO()
    call_command("prepare_bucket", "--origin", SITE, stdout=out)
    return out.getvalue()


def test_everything_public_is_blocked(moto_bucket):
    assert "public access: blocked\n" in prepare()

    blocked = moto_bucket.client.get_public_access_block(Bucket=moto_bucket.bucket_name)
    assert set(blocked["PublicAccessBlockConfiguration"].values()) == {True}


def test_files_that_do_not_ask_for_it_are_encrypted_too(moto_bucket):
    assert "encryption: AES256, also for files that do not ask for it" in prepare()

    moto_bucket.client.put_object(Bucket=moto_bucket.bucket_name, Key="a", Body=b"a")
    head = moto_bucket.client.head_object(Bucket=moto_bucket.bucket_name, Key="a")
    assert head["ServerSideEncryption"] == "AES256"


def test_with_the_key_that_the_settings_name(moto_bucket, settings):
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "encryption": "aws:kms", "kms_key": "alias/material"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}

    prepare()

    found = moto_bucket.client.get_bucket_encryption(Bucket=moto_bucket.bucket_name)
    (rule,) = found["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": "alias/material",
    }


def test_a_trial_leaves_no_file(moto_bucket):
    prepare()

    assert list(moto_bucket.list("")) == []


def test_a_new_bucket_is_in_the_region_of_the_settings(moto_bucket):
    name = f"{moto_bucket.bucket_name}-new"

    create_bucket(moto_bucket.client, name)

    place = moto_bucket.client.get_bucket_location(Bucket=name)
    assert place["LocationConstraint"] == moto_bucket.client.meta.region_name


def test_a_name_that_no_bucket_may_have_is_an_error(moto_bucket):
    with pytest.raises(ClientError):
        create_bucket(moto_bucket.client, "x")


def test_a_site_that_keeps_files_on_its_own_disk_has_no_bucket():
    with pytest.raises(CommandError, match="set MATERIAL_BUCKET, and not MATERIAL_STORAGE=local"):
        prepare()
