"""The place for material as the environment names it; half of one does not boot."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from config import storages
from config.storages import material
from elearning.storage.bucket import Bucket

ROOT = Path(__file__).resolve().parents[2]
HERE = Path("/var/lib/juku/files")
ON_AWS = {"MATERIAL_BUCKET": "juku", "AWS_REGION": "ap-northeast-1"}
ELSEWHERE = {**ON_AWS, "AWS_ENDPOINT_URL_S3": "https://s3.example.jp:9000"}


def pem(key, password=None) -> str:
    """A private key in PEM, locked if there is a password."""
    lock = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock
    ).decode()


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BY_CLOUDFRONT = {
    **ON_AWS,
    "CLOUDFRONT_DOMAIN": "d1.cloudfront.net",
    "CLOUDFRONT_KEY_ID": "K2TESTS",
    "CLOUDFRONT_PRIVATE_KEY": pem(RSA),
}


@pytest.fixture
def of(monkeypatch):
    """`of(MATERIAL_BUCKET="juku")` is what comes of that environment."""
    for name in os.environ:
        if name.startswith(("MATERIAL_", "AWS_", "CLOUDFRONT_")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("REQUIRE_SCAN_TAG", raising=False)

    def make(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return material(HERE)

    return make


def test_without_a_bucket_files_are_on_this_disk(of):
    found = of()

    assert found.default["BACKEND"] == "elearning.storage.local.LocalFiles"
    assert found.default["OPTIONS"]["location"] == HERE
    assert found.uploads == {"BACKEND": "elearning.uploads.stores.local.LocalStore"}
    assert found.origins == []
    assert found.require_scan_tag is False


def test_the_name_of_a_bucket_switches_it_on(of):
    found = of(**ON_AWS)

    assert found.default["BACKEND"] == "elearning.storage.bucket.Bucket"
    assert found.default["OPTIONS"]["bucket_name"] == "juku"
    assert found.default["OPTIONS"]["region_name"] == "ap-northeast-1"
    assert found.default["OPTIONS"]["encryption"] == "AES256"
    assert found.uploads == {"BACKEND": "elearning.uploads.stores.s3.S3Store"}


def test_both_places_are_known_where_a_bucket_is_named(of):
    found = of(**ON_AWS)

    assert found.default == found.places["bucket"]
    assert found.places["local"] == of(MATERIAL_STORAGE="local").default


def test_material_stays_on_this_disk_while_it_is_moved(of):
    found = of(**ELSEWHERE, MATERIAL_STORAGE="local")

    assert found.default == found.places["local"]
    assert found.places["bucket"]["OPTIONS"]["bucket_name"] == "juku"
    assert found.uploads == {"BACKEND": "elearning.uploads.stores.local.LocalStore"}
    assert found.origins == []


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"MATERIAL_STORAGE": "s3"}, "MATERIAL_BUCKET"),
        ({**ON_AWS, "MATERIAL_STORAGE": "disk"}, "MATERIAL_STORAGE"),
        ({**ON_AWS, "MATERIAL_STORAGE": "local", "REQUIRE_SCAN_TAG": "1"}, "REQUIRE_SCAN_TAG"),
    ],
)
def test_a_place_that_makes_no_sense_is_refused(of, environment, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        of(**environment)


@pytest.mark.parametrize("environment", [{}, ON_AWS])
def test_what_is_named_exists(of, environment):
    found = of(**environment)
    import_string(found.default["BACKEND"])
    import_string(found.uploads["BACKEND"])


@pytest.mark.parametrize(
    "environment",
    [
        ON_AWS,
        {**ON_AWS, "AWS_REGION": "us-east-1"},
        {**ON_AWS, "AWS_REGION": "cn-north-1"},
        ELSEWHERE,
        {**ELSEWHERE, "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000/"},
        BY_CLOUDFRONT,
    ],
)
def test_pages_may_load_from_where_links_lead_and_send_to_where_forms_lead(
    of, monkeypatch, environment
):
    found = of(**environment)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    bucket = Bucket(**found.default["OPTIONS"])
    link = bucket.link("one", name="a", content_type="a/b", inline=True, seconds=60)
    form = bucket.client.generate_presigned_post(Bucket="juku", Key="one")["url"]
    part = bucket.client.generate_presigned_url(
        "upload_part", Params={"Bucket": "juku", "Key": "one", "UploadId": "1", "PartNumber": 1}
    )

    for address in (link, form, part):
        assert any(address.startswith(f"{origin}/") for origin in found.origins), address


def test_links_are_cloudfronts_if_it_is_named(of):
    found = of(**BY_CLOUDFRONT)
    assert found.origins == [
        "https://juku.s3.ap-northeast-1.amazonaws.com",
        "https://d1.cloudfront.net",
    ]
    link = Bucket(**found.default["OPTIONS"]).link(
        "one", name="a", content_type="a/b", inline=True, seconds=60
    )
    assert link.startswith("https://d1.cloudfront.net/one?")


def test_its_key_may_come_from_a_file(of, tmp_path):
    path = tmp_path / "key.pem"
    path.write_text(pem(RSA))
    environment = {**BY_CLOUDFRONT, "CLOUDFRONT_PRIVATE_KEY": "not this one"}
    found = of(**environment, CLOUDFRONT_PRIVATE_KEY_FILE=str(path))

    assert found.default["OPTIONS"]["cloudfront_key"] == pem(RSA)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"MATERIAL_BUCKET": "juku"}, "AWS_REGION is ''; MATERIAL_BUCKET needs its region"),
        ({**ON_AWS, "AWS_REGION": "Tokyo"}, "AWS_REGION is 'Tokyo'"),
        ({**ON_AWS, "MATERIAL_BUCKET": "juku.example.jp"}, "One with dots has no certificate"),
        ({**ON_AWS, "MATERIAL_BUCKET": "s3://juku"}, "must be a bucket's name"),
        ({**ON_AWS, "MATERIAL_ENCRYPTION": "some"}, "must be one of AES256, aws:kms, none"),
        ({**ON_AWS, "MATERIAL_ENCRYPTION": "none"}, "On AWS it must be AES256 or aws:kms"),
        ({**ON_AWS, "MATERIAL_KMS_KEY": "k"}, "needs MATERIAL_ENCRYPTION=aws:kms"),
        ({**ON_AWS, "AWS_ENDPOINT_URL_S3": "s3.example.jp"}, "must be like https://"),
        ({**ON_AWS, "AWS_ENDPOINT_URL_S3": "ftp://s3.example.jp"}, "must be like https://"),
        ({**ON_AWS, "AWS_ENDPOINT_URL_S3": "https://a:b@s3.example.jp"}, "must be like https://"),
        ({**ON_AWS, "AWS_ENDPOINT_URL_S3": "https://s3; img-src *"}, "must be like https://"),
        ({**ON_AWS, "AWS_ENDPOINT_URL_S3": "https://s3.example.jp/juku"}, "must be like https://"),
        ({"AWS_ENDPOINT_URL_S3": "https://s3.example.jp"}, "set MATERIAL_BUCKET"),
        ({"CLOUDFRONT_DOMAIN": "d1.cloudfront.net"}, "set MATERIAL_BUCKET"),
        ({"MATERIAL_ENCRYPTION": "AES256"}, "set MATERIAL_BUCKET"),
        ({"REQUIRE_SCAN_TAG": "1"}, "set MATERIAL_BUCKET"),
        ({**ON_AWS, "REQUIRE_SCAN_TAG": "maybe"}, "must be 1 or 0"),
        ({**ON_AWS, "CLOUDFRONT_KEY_ID": "K"}, "CLOUDFRONT_DOMAIN is not"),
        ({**BY_CLOUDFRONT, "CLOUDFRONT_KEY_ID": ""}, "anybody could open the links"),
        ({**BY_CLOUDFRONT, "CLOUDFRONT_PRIVATE_KEY": ""}, "anybody could open the links"),
        ({**BY_CLOUDFRONT, "CLOUDFRONT_PRIVATE_KEY_FILE": "/none"}, "cannot be read"),
        ({**BY_CLOUDFRONT, "CLOUDFRONT_DOMAIN": "https://d1.cloudfront.net"}, "host name alone"),
        ({**BY_CLOUDFRONT, "CLOUDFRONT_DOMAIN": "d1.cloudfront.net/films"}, "host name alone"),
    ],
)
def test_half_a_configuration_is_refused_with_a_sentence(of, environment, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        of(**environment)


@pytest.mark.parametrize(
    "key",
    [
        "nonsense",
        pem(RSA).replace("\n", r"\n"),
        pem(RSA)[:400],
        pem(RSA, password=b"locked"),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=3072)),
        pem(ec.generate_private_key(ec.SECP256R1())),
        RSA.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
    ids=[
        "no PEM",
        "line breaks lost",
        "cut off",
        "passphrase",
        "3072 bits",
        "no RSA",
        "public half",
    ],
)
def test_a_key_that_cloudfront_cannot_check_is_refused_and_not_told(of, key):
    with pytest.raises(ImproperlyConfigured, match="RSA key of 2048 bits") as refused:
        of(**{**BY_CLOUDFRONT, "CLOUDFRONT_PRIVATE_KEY": key})
    assert key[-80:] not in str(refused.value)


def test_a_server_of_our_own_need_not_encrypt(of):
    found = of(**ELSEWHERE, MATERIAL_ENCRYPTION="none")
    assert found.default["OPTIONS"]["encryption"] == "none"


def test_a_key_of_our_own_is_passed_on(of):
    found = of(**ON_AWS, MATERIAL_ENCRYPTION="aws:kms", MATERIAL_KMS_KEY="alias/juku")
    assert found.default["OPTIONS"]["kms_key"] == "alias/juku"


def test_a_scanner_can_be_waited_for(of):
    assert of(**ON_AWS, REQUIRE_SCAN_TAG="1").require_scan_tag is True


@pytest.mark.parametrize(
    ("package", "environment"), [("boto3", ON_AWS), ("cryptography", BY_CLOUDFRONT)]
)
def test_a_package_that_is_missing_is_named(of, monkeypatch, package, environment):
    real = importlib.util.find_spec
    monkeypatch.setattr(storages, "find_spec", lambda name: None if name == package else real(name))
    with pytest.raises(ImproperlyConfigured, match=package):
        of(**environment)


def settings_of(**environment):
    """What a new process reads as its settings."""
    script = (
        "import json; from config import settings as s;"
        "print(json.dumps([s.CONTENT_SECURITY_POLICY['DIRECTIVES'], s.MATERIAL_ORIGINS,"
        "s.REQUIRE_SCAN_TAG, sorted(s.STORAGES), s.LOGGING['loggers']]))"
    )
    kept = {"PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": os.environ["VAR_DIR"]}
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_site_allows_its_pages_the_bucket_and_nothing_else():
    policy, origins, waits, places, _ = settings_of(**ELSEWHERE, REQUIRE_SCAN_TAG="1")

    assert origins == ["https://s3.example.jp:9000"]
    assert waits is True
    assert places == ["bucket", "default", "local", "staticfiles", "uploads"]
    allowing = {name for name, sources in policy.items() if origins[0] in sources}
    assert allowing == {"media-src", "img-src", "frame-src", "connect-src"}


def test_without_a_bucket_pages_load_from_this_site_alone():
    policy, origins, waits, places, _ = settings_of()

    assert (origins, waits) == ([], False)
    assert places == ["default", "local", "staticfiles", "uploads"]
    assert policy["media-src"] == policy["connect-src"] == policy["frame-src"] == ["'self'"]


def test_the_most_talkative_log_holds_no_signatures():
    """At DEBUG botocore writes down every signature that it makes."""
    *_, loggers = settings_of(LOG_LEVEL="DEBUG")
    assert loggers["botocore"]["level"] == "INFO"
    *_, loggers = settings_of(LOG_LEVEL="WARNING")
    assert loggers["botocore"]["level"] == "WARNING"
