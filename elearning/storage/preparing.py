"""A bucket made ready for material: what deploy/ does on AWS, for any other S3.

Everything may be done again at any time. Rules of other names that the bucket has are kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

RULE = "elearning"
UNFINISHED_DAYS = 30
"""Housekeeping removes what was broken off after a day. This rule also takes what is complete and
waits for its check, so it must be longer than the workers may ever stand still."""
_PREFLIGHT_SECONDS = 3600
_TRIAL_KEY = "prepare-bucket-trial"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_UNKNOWN_TO_IT = {"NotImplemented", "XNotImplemented", "MethodNotAllowed"}
_UNABLE_TO_ENCRYPT = _UNKNOWN_TO_IT | {"InvalidArgument", "InvalidRequest"}

Rules = list[dict[str, Any]]


class NoBucket(Exception):
    """There is no bucket of that name."""


@dataclass(frozen=True)
class Done:
    """One thing that was set, or that this store does not know; `says` is for an operator."""

    what: str
    says: str
    known: bool = True


def require_bucket(client: Any, name: str) -> None:
    """Raises NoBucket; botocore's ClientError (403) if it is another account's."""
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise NoBucket(name) from error
        raise


def create_bucket(client: Any, name: str) -> None:
    """In the client's region, where the store has regions. Raises botocore's ClientError."""
    region = client.meta.region_name
    # The first of AWS's regions is named by saying nothing.
    if region != "us-east-1":
        try:
            client.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": region}
            )
        except ClientError as error:
            if _code(error) != "InvalidLocationConstraint":
                raise
        else:
            return
    client.create_bucket(Bucket=name)


def prepare(
    client: Any, bucket: str, *, origins: list[str], encryption: dict[str, str]
) -> Iterator[Done]:
    """Set all of it, one after the other.

    `origins` ("https://host") are those of the site's pages. `encryption` is Bucket.encryption.
    What the store does not know is told, and no error; every other refusal raises botocore's
    ClientError.
    """
    yield _told(
        "pages",
        f"{', '.join(origins)} may send and read",
        lambda: _allow_pages(client, bucket, origins),
        unknown="this store keeps no CORS rules; allow those pages in its own configuration",
    )
    yield _told(
        "unfinished uploads",
        f"removed after {UNFINISHED_DAYS} days",
        lambda: _end_unfinished(client, bucket),
        unknown="this store keeps no lifecycle rules; they stay until somebody removes them",
    )
    yield _block_public(client, bucket, encryption)
    if not encryption:
        yield Done("encryption", "none, as MATERIAL_ENCRYPTION says")
        return
    yield _told(
        "encryption",
        f"{encryption['ServerSideEncryption']}, also for files that do not ask for it",
        lambda: _encrypt(client, bucket, encryption),
        unknown="this store does not encrypt by itself; set MATERIAL_ENCRYPTION=none",
        codes=_UNABLE_TO_ENCRYPT,
    )


def _allow_pages(client: Any, bucket: str, origins: list[str]) -> None:
    ours = {
        "ID": RULE,
        "AllowedOrigins": origins,
        "AllowedMethods": ["PUT", "POST", "GET", "HEAD"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": _PREFLIGHT_SECONDS,
    }
    others = _other_rules(
        lambda: client.get_bucket_cors(Bucket=bucket)["CORSRules"], "NoSuchCORSConfiguration"
    )
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [*others, ours]})


def _end_unfinished(client: Any, bucket: str) -> None:
    ours = {
        "ID": RULE,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
    }
    others = _other_rules(
        lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        "NoSuchLifecycleConfiguration",
    )
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [*others, ours]}
    )


def _block_public(client: Any, bucket: str, encryption: dict[str, str]) -> Done:
    def block(*names: str) -> None:
        client.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={name: name in names for name in _BLOCKS},
        )

    done = _told(
        "public access", "blocked", lambda: block(*_BLOCKS), unknown="this store cannot block it"
    )
    if not done.known or _takes_files(client, bucket, encryption):
        return done
    # Ceph's gateway (16) now refuses every file, not only those with a public ACL.
    block(*_BLOCKS[1:])
    if _takes_files(client, bucket, encryption):
        return Done("public access", "blocked; public ACLs are ignored, not refused")
    block(*_BLOCKS)
    return Done("public access", "blocked; but no file could be stored, as a trial", known=False)


def _encrypt(client: Any, bucket: str, encryption: dict[str, str]) -> None:
    by_default = {"SSEAlgorithm": encryption["ServerSideEncryption"]}
    if key := encryption.get("SSEKMSKeyId"):
        by_default["KMSMasterKeyID"] = key
    client.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]
        },
    )


def _takes_files(client: Any, bucket: str, encryption: dict[str, str]) -> bool:
    """Unencrypted, for some stores know no other; or as the settings say, if it insists."""
    for how in ({}, encryption):
        try:
            client.put_object(Bucket=bucket, Key=_TRIAL_KEY, Body=b"", **how)
        except ClientError:
            continue
        client.delete_object(Bucket=bucket, Key=_TRIAL_KEY)
        return True
    return False


def _other_rules(get: Callable[[], Rules], none: str) -> Rules:
    try:
        return [rule for rule in get() if rule.get("ID") != RULE]
    except ClientError as error:
        if _code(error) == none:
            return []
        raise


def _told(
    what: str,
    says: str,
    work: Callable[[], None],
    *,
    unknown: str,
    codes: set[str] = _UNKNOWN_TO_IT,
) -> Done:
    try:
        work()
    except ClientError as error:
        if _code(error) not in codes:
            raise
        return Done(what, f"{unknown} ({_code(error)})", known=False)
    return Done(what, says)


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", ""))
