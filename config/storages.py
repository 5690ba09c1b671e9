"""Where material is kept, as the environment names it: on this disk, or in a bucket."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.databases import REGION

BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?")
ONLY_WITH_A_BUCKET = (
    "AWS_ENDPOINT_URL_S3",
    "MATERIAL_ENCRYPTION",
    "MATERIAL_KMS_KEY",
    "CLOUDFRONT_DOMAIN",
)
ONLY_WITH_CLOUDFRONT = (
    "CLOUDFRONT_KEY_ID",
    "CLOUDFRONT_PRIVATE_KEY",
    "CLOUDFRONT_PRIVATE_KEY_FILE",
)


class Material(NamedTuple):
    """What the settings take from here.

    `default` and `uploads` are entries of STORAGES. So are `places`: every place that material
    may be in, "local" and, where a bucket is named, "bucket"; `default` is one of them.
    `origins` are the addresses ("https://host") that pages must be allowed to load from and
    send to; none on this disk.
    """

    places: dict[str, dict[str, Any]]
    default: dict[str, Any]
    uploads: dict[str, Any]
    origins: list[str]
    require_scan_tag: bool


def material(folder: Path) -> Material:
    """Files in `folder`, or in MATERIAL_BUCKET if it is set and MATERIAL_STORAGE is not local."""
    bucket = env.text("MATERIAL_BUCKET")
    require_scan_tag = env.flag("REQUIRE_SCAN_TAG", default=False)
    kept = env.choice("MATERIAL_STORAGE", "s3" if bucket else "local", ("s3", "local"))
    local = {
        "BACKEND": "elearning.storage.local.LocalFiles",
        "OPTIONS": {"location": folder, "base_url": None},
    }
    if bucket:
        in_bucket = _in_bucket(local, bucket, require_scan_tag)
        if kept == "s3":
            return in_bucket
        places = in_bucket.places
    else:
        _refuse_what_is_for_a_bucket(kept)
        places = {"local": local}
    if require_scan_tag:
        raise ImproperlyConfigured(
            "REQUIRE_SCAN_TAG waits for what a scanner writes on objects in a bucket: "
            "set MATERIAL_BUCKET, and not MATERIAL_STORAGE=local."
        )
    return Material(
        places=places,
        default=local,
        uploads={"BACKEND": "elearning.uploads.stores.local.LocalStore"},
        origins=[],
        require_scan_tag=False,
    )


def _refuse_what_is_for_a_bucket(kept: str) -> None:
    if kept == "s3":
        raise ImproperlyConfigured("MATERIAL_STORAGE is s3: set MATERIAL_BUCKET.")
    for name in ONLY_WITH_A_BUCKET:
        if env.text(name):
            raise ImproperlyConfigured(f"{name} is for material in a bucket: set MATERIAL_BUCKET.")


def _in_bucket(local: dict[str, Any], bucket: str, require_scan_tag: bool) -> Material:
    if find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "MATERIAL_BUCKET needs boto3; install the requirements with AWS "
            "(requirements/image.lock)."
        )
    if not BUCKET.fullmatch(bucket):
        raise ImproperlyConfigured(
            f"MATERIAL_BUCKET is {bucket!r}; it must be a bucket's name: small letters, digits and "
            "hyphens. One with dots has no certificate."
        )
    region = env.text("AWS_REGION")
    if not REGION.fullmatch(region):
        raise ImproperlyConfigured(
            f"AWS_REGION is {region!r}; MATERIAL_BUCKET needs its region, such as ap-northeast-1."
        )
    endpoint = env.text("AWS_ENDPOINT_URL_S3")
    cloudfront = _cloudfront()
    origins = [_origin_of(endpoint) if endpoint else _origin_on_aws(bucket, region)]
    if cloudfront:
        origins.append(f"https://{cloudfront['cloudfront_domain']}")
    options = {
        "bucket_name": bucket,
        "region_name": region,
        "endpoint_url": endpoint,
        **_encryption(own_server=bool(endpoint)),
        **cloudfront,
    }
    default = {"BACKEND": "elearning.storage.bucket.Bucket", "OPTIONS": options}
    return Material(
        places={"local": local, "bucket": default},
        default=default,
        uploads={"BACKEND": "elearning.uploads.stores.s3.S3Store"},
        origins=origins,
        require_scan_tag=require_scan_tag,
    )


def _origin_of(endpoint: str) -> str:
    if not ENDPOINT.fullmatch(endpoint):
        raise ImproperlyConfigured(
            f"AWS_ENDPOINT_URL_S3 is {endpoint!r}; it must be like https://s3.example.jp:9000."
        )
    return endpoint.rstrip("/")


def _origin_on_aws(bucket: str, region: str) -> str:
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{bucket}.s3.{region}.{domain}"


def _encryption(*, own_server: bool) -> dict[str, str]:
    kind = env.choice("MATERIAL_ENCRYPTION", "AES256", ("AES256", "aws:kms", "none"))
    kms_key = env.text("MATERIAL_KMS_KEY")
    if kind == "none" and not own_server:
        raise ImproperlyConfigured(
            "MATERIAL_ENCRYPTION is none; that is for a server of your own "
            "(AWS_ENDPOINT_URL_S3). On AWS it must be AES256 or aws:kms."
        )
    if kms_key and kind != "aws:kms":
        raise ImproperlyConfigured("MATERIAL_KMS_KEY needs MATERIAL_ENCRYPTION=aws:kms.")
    return {"encryption": kind, "kms_key": kms_key}


def _cloudfront() -> dict[str, str]:
    """The options for links by CloudFront; empty without CLOUDFRONT_DOMAIN."""
    domain = env.text("CLOUDFRONT_DOMAIN")
    if not domain:
        for name in ONLY_WITH_CLOUDFRONT:
            if env.text(name):
                raise ImproperlyConfigured(f"{name} is set, but CLOUDFRONT_DOMAIN is not.")
        return {}
    if not HOST.fullmatch(domain):
        raise ImproperlyConfigured(
            f"CLOUDFRONT_DOMAIN is {domain!r}; it must be a host name alone, "
            "such as d111111abcdef8.cloudfront.net."
        )
    key_id, key = env.text("CLOUDFRONT_KEY_ID"), _cloudfront_key()
    if not (key_id and key):
        raise ImproperlyConfigured(
            "CLOUDFRONT_DOMAIN needs CLOUDFRONT_KEY_ID, and CLOUDFRONT_PRIVATE_KEY or "
            "CLOUDFRONT_PRIVATE_KEY_FILE: without them anybody could open the links."
        )
    _check_key(key)
    return {
        "cloudfront_domain": domain,
        "cloudfront_key_id": key_id,
        "cloudfront_key": key,
    }


def _cloudfront_key() -> str:
    path = env.text("CLOUDFRONT_PRIVATE_KEY_FILE")
    if not path:
        return env.text("CLOUDFRONT_PRIVATE_KEY")
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        # What a broken file holds may still be most of a key: only its name is told.
        raise ImproperlyConfigured(
            f"CLOUDFRONT_PRIVATE_KEY_FILE ({path}) cannot be read: {type(error).__name__}."
        ) from error


def _check_key(pem: str) -> None:
    if find_spec("cryptography") is None:
        raise ImproperlyConfigured("CLOUDFRONT_DOMAIN needs the package cryptography.")
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size != 2048:
        raise ImproperlyConfigured(
            "CLOUDFRONT_PRIVATE_KEY is not what CloudFront signs with: an RSA key of 2048 bits "
            "in PEM (-----BEGIN …), with its line breaks and without a passphrase."
        )
