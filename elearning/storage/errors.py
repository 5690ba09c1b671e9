"""What a storage may say, in words that need no AWS library: there may be none installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Changed(Exception):
    """The stored file is another than the one that was meant."""


class StoreUnavailable(Exception):
    """The store does not answer, or asks to be left alone for now; later it may work."""


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
