"""What a storage may say, in words that need no AWS library: there may be none installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Changed(Exception):
    """The stored file is another than the one that was meant."""


class StoreUnavailable(Exception):
    """The store does not answer, or asks to be left alone for now; later it may work."""


class StoreRefuses(Exception):
    """There is no such store, or it does not let us in: a setting is wrong. Says why, in words."""


class StoreNotThere(StoreRefuses):
    """There is no folder: not yet, or it is elsewhere."""


@contextmanager
def unavailable_said() -> Iterator[None]:
    """Raise StoreUnavailable for what botocore says of a store that cannot be reached.

    For `with` and, as `@unavailable_said()`, for functions (not for generators).
    """
    try:
        yield
    except Exception as error:
        if _is_unavailable(error):
            raise StoreUnavailable from error
        raise


@contextmanager
def refusal_said(store: str = "The store") -> Iterator[None]:
    """Raise StoreRefuses, which begins with `store`, for what a bucket does not let us do.

    A store that cannot be reached does not refuse: its errors pass as they are. For `with` and,
    as `@refusal_said()`, for functions.
    """
    try:
        yield
    except Exception as error:
        if _is_refusal(error):
            raise StoreRefuses(f"{store} cannot be used: {error}") from error
        raise


def _is_refusal(error: Exception) -> bool:
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None or _is_unavailable(error):
        return False
    return isinstance(
        error,
        botocore.ClientError
        | botocore.NoCredentialsError
        | botocore.PartialCredentialsError
        | botocore.ProfileNotFound,
    )


_BUSY = {"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "RequestLimitExceeded"}


def _is_unavailable(error: BaseException | None) -> bool:
    # Whose error it is cannot have been raised without its module.
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None or error is None:
        return False
    boto3 = sys.modules.get("boto3.exceptions")
    if boto3 and isinstance(error, boto3.S3UploadFailedError | boto3.RetriesExceededError):
        # Wrapped once more by boto3, which keeps the cause only as Python's context.
        return _is_unavailable(getattr(error, "last_exception", None) or error.__context__)
    if isinstance(error, botocore.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response.get("Error", {}).get("Code") in _BUSY
    return isinstance(
        error,
        botocore.HTTPClientError
        | botocore.ConnectionError
        | botocore.IncompleteReadError
        | botocore.CredentialRetrievalError
        | botocore.MetadataRetrievalError,
    )
