"""What lists and pages learn of materials."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalog.models import Activity
from courses.catalog.registry import Arrival, facts_of, kind_of
from courses.materials.models import Note
from elearning.uploads.models import UploadState
from elearning.uploads.reasons import sentence
from tests.cast import activity


def facts(one):
    return facts_of([one])[one.pk]


def test_a_video_says_how_long_it_is(cast, make_upload, hold):
    hold(cast.video, make_upload(duration_seconds=1265.0))
    assert (facts(cast.video).text, facts(cast.video).seconds) == ("21:05", 1265.0)


def test_what_has_no_file_yet_is_not_ready(cast):
    assert not facts(cast.video).ready
    assert not facts(cast.document).ready
    assert facts(cast.note).ready
    assert facts(cast.note).text == ""


def await_file(one, upload):
    type(one).objects.filter(pk=one.pk).update(next_upload=upload)


@pytest.mark.parametrize("kind", ["video", "document"])
def test_a_file_that_was_refused_is_a_trouble_with_its_reason(cast, make_upload, kind):
    upload = make_upload(state=UploadState.REJECTED, reason="damaged")
    await_file(getattr(getattr(cast, kind), kind), upload)

    said = facts(getattr(cast, kind))
    assert not said.ready
    assert said.trouble == sentence(upload)


def test_a_refused_replacement_is_a_trouble_while_the_old_file_stays(cast, make_upload, hold):
    hold(cast.video, make_upload(duration_seconds=1265.0))
    await_file(cast.video.video, make_upload(state=UploadState.REJECTED, reason="damaged"))

    said = facts(cast.video)
    assert said.ready
    assert said.text == "21:05"
    assert said.trouble


@pytest.mark.parametrize(
    ("state", "seconds", "arrival"),
    [
        (UploadState.PENDING, 590, Arrival.SENDING),
        (UploadState.PENDING, 610, Arrival.INTERRUPTED),
        (UploadState.UPLOADED, 610, Arrival.NONE),
        (UploadState.ABORTED, 610, Arrival.NONE),
    ],
)
def test_an_upload_is_a_trouble_once_its_sender_is_silent(
    cast, make_upload, state, seconds, arrival
):
    now = timezone.now()
    begun, heard = now - datetime.timedelta(hours=3), now - datetime.timedelta(seconds=seconds)
    await_file(cast.video.video, make_upload(state=state, created_at=begun, touched_at=heard))

    said = facts(cast.video)
    assert said.arrival == arrival
    assert bool(said.trouble) == (arrival == Arrival.INTERRUPTED)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"page_count": 4, "size": 1258291}, "4 ページ・1.2 MB"),
        ({"size": 300 * 1024}, "PDF・300 KB"),
        ({"content_type": "image/gif", "size": 300 * 1024}, "画像・300 KB"),
        ({"content_type": "audio/mpeg", "duration_seconds": 200.0, "size": 5}, "音声・3:20・1 KB"),
        ({"name": "a.docx", "content_type": "application/x", "size": 5}, "Word 文書・1 KB"),
        ({"name": "a.xlsx", "content_type": "application/x", "size": 5}, "Excel ファイル・1 KB"),
        (
            {"name": "a.pptx", "content_type": "application/x", "size": 5},
            "PowerPoint ファイル・1 KB",
        ),
    ],
)
def test_a_document_says_what_it_is_and_how_big(cast, make_upload, hold, fields, text):
    hold(cast.document, make_upload(**{"name": "a.pdf", **fields}))
    assert facts(cast.document).text == text


def test_facts_of_many_cost_as_much_as_of_one(cast, make_upload, hold, django_assert_num_queries):
    for n in range(15):
        hold(activity(cast.lesson, "video", f"動画{n}"), make_upload())
        hold(activity(cast.lesson, "document", f"紙{n}"), make_upload(name="a.pdf"))
    many = list(Activity.objects.all())
    for some in ([cast.video, cast.document, cast.note], many):
        with django_assert_num_queries(2):
            assert len(facts_of(some)) == len(some)


@pytest.mark.parametrize("name", ["video", "document", "note"])
def test_players_stay_within_three_queries(cast, make_upload, hold, name):
    hold(cast.video, make_upload())
    hold(cast.document, make_upload(name="a.pdf"))
    one = Activity.objects.get(pk=getattr(cast, name).pk)
    with CaptureQueriesContext(connection) as queries:
        kind_of(one).player(one, cast.haruna)
    assert len(queries) <= 3


@pytest.mark.parametrize("name", ["video", "document", "note"])
def test_a_kind_copies_what_hangs_on_an_activity(cast, make_upload, hold, name):
    hold(cast.video, make_upload())
    hold(cast.document, make_upload(name="a.pdf"))
    Note.objects.filter(activity=cast.note).update(body="本文")
    source = getattr(cast, name)
    target = Activity.objects.create(lesson=cast.lesson, kind=name, title="写し")
    kind_of(source).copy(source, target)
    copied, original = getattr(target, name), getattr(source, name)
    if name == "note":
        assert copied.body == "本文"
    else:
        original.refresh_from_db()
        assert copied.upload_id == original.upload_id is not None


def test_only_a_note_begins_with_a_title_alone(cast):
    creatable = [
        name for name in ("video", "document", "note") if kind_of(getattr(cast, name)).creatable
    ]
    assert creatable == ["note"]


def page(client, one):
    return client.get(reverse("learning:activity", args=[one.pk])).content.decode()


def test_the_page_of_a_video_knows_where_the_student_was(cast, sign_in, make_upload, hold):
    hold(cast.video, make_upload(width=1280, height=720))
    client = sign_in(cast.haruna)
    page(client, cast.video)
    cast.haruna.progress.update(position=123.5)
    html = page(client, cast.video)
    assert 'data-position="123.5"' in html
    assert 'data-duration="600.0"' in html
    assert 'data-ranges="[]"' in html
    assert "あと 9 分ほど見ると完了です。" in html


def test_a_preview_of_a_video_promises_no_record(cast, sign_in, make_upload, hold):
    hold(cast.video, make_upload())
    html = page(sign_in(cast.tanaka), cast.video)
    assert "視聴の記録はつきません" in html
    assert "data-watched-percent" not in html


@pytest.mark.parametrize(
    ("name", "content_type", "part"),
    [
        ("a.pdf", "application/pdf", "<iframe"),
        ("b.pdf", "application/pdf", "PDF が表示されないときは、「PDF を開く」から"),
        ("a.gif", "image/gif", "画像を開く"),
        ("a.mp3", "audio/mpeg", "<audio"),
        ("a.xlsx", "application/vnd.ms-excel", "ダウンロードしてからお使いください"),
    ],
)
def test_each_family_of_documents_has_its_page(
    cast, sign_in, make_upload, hold, name, content_type, part
):
    hold(cast.document, make_upload(name=name, content_type=content_type))
    html = page(sign_in(cast.haruna), cast.document)
    assert part in html
    assert "ダウンロード" in html


def test_the_page_of_a_note_is_rendered_and_safe(cast, sign_in):
    Note.objects.filter(activity=cast.note).update(body="｜関係《かんけい》<script>x</script>")
    html = page(sign_in(cast.haruna), cast.note)
    assert "<rt>かんけい</rt>" in html
    assert "&lt;script&gt;x" in html
