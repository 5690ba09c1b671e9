"""`@idempotent`: a request that is sent again has its effect once and gets the same answer."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from elearning.db.aliases import WRITER
from elearning.db.context import current, pin
from elearning.db.errors import is_deadlock
from elearning.db.idempotency import services
from elearning.db.idempotency.models import IdempotencyKey
from elearning.db.idempotency.requests import MalformedKey, fingerprint_of, key_of

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)

REPLAYED = "Idempotency-Replayed"
RERUNS = 3
LONGEST_PAUSE = 0.1
LOOKS = 3


class _KeyReused(Exception):
    """Another request was answered under this key."""


class _InFlight(Exception):
    """A request with this key is being answered."""


def idempotent(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """For views that change data and know who is asking; without a key they run as they are.

    With the header `Idempotency-Key` (see requests.py) the view, its claim on the key and the
    answer are one transaction. A process that dies leaves nothing of it behind; where the
    connection is lost at COMMIT, the repeat finds the answer or does the work. So the client
    may repeat until it hears something, and the effect is there once.

    - The same request again: the same status, content type and body, and the header
      `Idempotency-Replayed: true`. Other headers and cookies are not kept.
    - Another method, path or body under the key: 422. A malformed key: 400.
    - While the first is being answered: 409 with `Retry-After`. MariaDB and MySQL tell at once
      that the row is locked. On PostgreSQL, where a row that is not committed can't be seen,
      the second waits in its INSERT, and on SQLite in BEGIN; then it gets the first's answer,
      or 409 where PostgreSQL's statement_timeout comes before that.
    - Answers of 400 and above are not kept ("parts are missing" may not hold for ever); what
      the view wrote before such an answer stays, as it would without a key. An exception takes
      everything back.
    - A transaction that the database ended as a deadlock is run again, so the view may run
      more than once: what must happen once belongs into the database or `on_commit`.

    Not for streams, redirects, multipart forms, or inside a transaction (RuntimeError).
    """

    @wraps(view)
    def answering_once(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            key = key_of(request)
        except MalformedKey:
            return _refusal(
                400,
                _("Idempotency-Key は半角英数字・記号 1〜64 文字（空白なし）でお送りください。"),
            )
        if key is None:
            return view(request, *args, **kwargs)
        owner = request.user.pk
        assert owner is not None, "@idempotent belongs beneath the decorator that wants a user."  # noqa: S101 - a programming error
        fingerprint = fingerprint_of(request)

        def answer() -> HttpResponse:
            return _answer(owner, key, fingerprint, lambda: view(request, *args, **kwargs))

        try:
            return _rerunning_deadlocks(answer)
        except _KeyReused:
            return _refusal(
                422, _("同じ番号で違う内容が届きました。ページを読み込み直してお試しください。")
            )
        except _InFlight:
            refusal = _refusal(
                409, _("同じ送信をいま処理しています。少し待ってから、もう一度お試しください。")
            )
            refusal["Retry-After"] = "1"
            return refusal

    return answering_once


def _answer(
    owner: int, key: str, fingerprint: str, view: Callable[[], HttpResponseBase]
) -> HttpResponse:
    """The view's answer, kept, or the one that was kept before."""
    for _look in range(LOOKS):
        try:
            with transaction.atomic(using=WRITER, durable=True):
                row, new = services.claim(owner=owner, key=key, fingerprint=fingerprint)
                return _filled(row, view()) if new else _replayed(row, fingerprint)
        except services.Locked:
            # By the first request, or by another repeat that is reading the answer.
            finished = services.rows_of(owner=owner, key=key).first()
            if finished is None:
                break
            return _replayed(finished, fingerprint)
        except services.Outrun:
            continue
    raise _InFlight


def _filled(row: IdempotencyKey, response: HttpResponseBase) -> HttpResponse:
    assert isinstance(response, HttpResponse), "A stream can't be kept for a repeat."  # noqa: S101 - a programming error
    assert not 300 <= response.status_code < 400, "A redirect can't be kept for a repeat."  # noqa: S101 - a programming error
    if response.status_code < 400:
        work = current()
        services.keep(row, response, wants_pin=work is not None and work.wants_pin)
    else:
        services.release(row)
    return response


def _replayed(row: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise _KeyReused
    response = HttpResponse(row.body, content_type=row.content_type, status=row.status)
    response[REPLAYED] = "true"
    response["Cache-Control"] = "no-store"
    if row.wants_pin:
        # It stands for the write that it repeats: the pin got lost with the first answer.
        pin()
    return response


def _rerunning_deadlocks(answer: Callable[[], HttpResponse]) -> HttpResponse:
    for _run in range(RERUNS):
        try:
            return answer()
        except OperationalError as error:
            if not is_deadlock(error):
                raise
        # Those who met must not meet again.
        time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - no secret
    return answer()


def _refusal(status: int, sentence: str) -> JsonResponse:
    return JsonResponse(
        {"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False}
    )
