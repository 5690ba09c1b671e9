"""Links by CloudFront: it alone can read the bucket then, and checks our signature itself."""

import base64
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from elearning.storage.bucket import Bucket

FILM = {"name": "速さの問題 第1回.mp4", "content_type": "video/mp4", "inline": True}


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def bucket(key):
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Bucket(
        bucket_name="juku",
        region_name="ap-northeast-1",
        cloudfront_domain="d1.cloudfront.net",
        cloudfront_key_id="K2TESTS",
        cloudfront_key=pem.decode(),
    )


def accepts(key, link: str) -> bool:
    """Whether CloudFront would: it makes the canned policy of the address, and checks it.

    "Create a signature for a signed URL that uses a canned policy", CloudFront Developer Guide.
    """
    resource, _, signed = link.partition("&Expires=")
    expires, signature, key_id = signed.split("&")
    assert key_id == "Key-Pair-Id=K2TESTS"
    policy = (
        f'{{"Statement":[{{"Resource":"{resource}",'
        f'"Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
    )
    in_base64 = signature.removeprefix("Signature=").translate(str.maketrans("-_~", "+=/"))
    sha1 = hashes.SHA1()  # noqa: S303 - CloudFront takes no other
    try:
        key.public_key().verify(
            base64.b64decode(in_base64), policy.encode(), padding.PKCS1v15(), sha1
        )
    except InvalidSignature:
        return False
    return True


def test_a_link_is_signed_with_our_key_for_so_long(bucket, key):
    before = int(time.time())
    link = bucket.link("verified/one", seconds=300, **FILM)

    assert link.startswith("https://d1.cloudfront.net/verified/one?response-content-type=")
    assert accepts(key, link)
    [expires] = parse_qs(urlsplit(link).query)["Expires"]
    assert before + 300 <= int(expires) <= int(time.time()) + 300


def test_name_and_type_of_the_answer_are_signed_too(bucket, key):
    link = bucket.link("verified/one", seconds=300, **FILM)
    asked = parse_qs(urlsplit(link).query)

    assert asked["response-content-type"] == ["video/mp4"]
    assert asked["response-content-disposition"][0].startswith("inline; filename*=utf-8''%E9%80")
    assert not accepts(key, link.replace("inline", "attachment"))
    assert not accepts(key, link.replace("video%2Fmp4", "text%2Fhtml"))


def test_neither_file_nor_time_can_be_changed(bucket, key):
    link = bucket.link("verified/one", seconds=300, **FILM)
    [expires] = parse_qs(urlsplit(link).query)["Expires"]

    assert not accepts(key, link.replace("verified/one", "verified/two"))
    assert not accepts(key, link.replace(expires, str(int(expires) + 3600)))


def test_somebody_elses_key_is_not_accepted(bucket):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not accepts(stranger, bucket.link("verified/one", seconds=300, **FILM))
