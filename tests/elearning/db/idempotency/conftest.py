"""A view that changes data, and somebody who asks it, once or again."""

import json

import pytest
from django.http import JsonResponse
from django.test import RequestFactory

from accounts.models import Campus
from elearning.db.idempotency.decorators import idempotent


@idempotent
def open_campus(request):
    """Opens a campus of the name in the body; 409 if the name is 満員, after writing all the same.

    The answer tells the number of campuses, so that no two answers are alike by chance.
    """
    name = json.loads(request.body)["name"]
    Campus.objects.create(name=f"{name} {Campus.objects.count()}")
    status = 409 if name == "満員" else 201
    return JsonResponse({"campuses": Campus.objects.count()}, status=status)


@pytest.fixture
def post(cast):
    """`post({"name": …}, key=…)` asks open_campus, or another `view`, as Haruna unless told."""

    def send(body=None, *, key="key-1", who=cast.haruna, path="/campuses/", view=open_campus):
        request = RequestFactory().post(
            path,
            json.dumps(body or {"name": "品川校"}),
            content_type="application/json",
            headers={} if key is None else {"Idempotency-Key": key},
        )
        request.user = who
        return view(request)

    return send


@pytest.fixture
def opened(cast):
    """`opened()`: how many campuses have been opened in this test."""
    before = Campus.objects.count()
    return lambda: Campus.objects.count() - before
