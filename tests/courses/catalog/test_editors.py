import datetime

import pytest
from django.utils import timezone

from courses.catalog import services
from courses.catalog.models import Activity, Lesson
from courses.materials.forms import NoteForm

JAPAN = datetime.timezone(datetime.timedelta(hours=9))


def lesson_form(lesson, **changes):
    return {
        "version": str(lesson.version),
        "title": lesson.title,
        "state": lesson.state,
        "published_from": "",
        "published_until": "",
        **changes,
    }


def note_form(activity, **changes):
    return {**lesson_form(activity), "required": "on", "due_at": "", "body": "", **changes}


@pytest.fixture
def lesson_url(cast):
    return f"/teach/lessons/{cast.lesson.pk}/"


@pytest.fixture
def note_url(cast):
    return f"/teach/activities/{cast.note.pk}/"


def test_a_lessons_window_is_kept_in_japans_time(cast, tanaka, lesson_url):
    sent = lesson_form(
        cast.lesson, published_from="2026-11-24T17:00", published_until="2026-12-01T22:00"
    )

    response = tanaka.post(lesson_url, sent)

    assert response["Location"] == f"/teach/courses/{cast.maths.pk}/#lesson-{cast.lesson.pk}"
    cast.lesson.refresh_from_db()
    assert cast.lesson.published_from == datetime.datetime(2026, 11, 24, 17, tzinfo=JAPAN)
    assert 'value="2026-11-24T17:00"' in tanaka.get(lesson_url).content.decode()


@pytest.mark.parametrize("until", ["2026-11-24T16:59", "2026-11-24T17:00"])
def test_a_window_that_ends_before_it_begins_is_refused_and_kept(cast, tanaka, lesson_url, until):
    page = tanaka.post(
        lesson_url,
        lesson_form(
            cast.lesson,
            title="新しい題名",
            published_from="2026-11-24T17:00",
            published_until=until,
        ),
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert text.count("公開終了は、公開開始より後の日時にしてください。") == 1
    assert 'value="新しい題名"' in text
    assert f'value="{until}"' in text
    cast.lesson.refresh_from_db()
    assert cast.lesson.title == "連立方程式の利用"


@pytest.mark.parametrize(
    "moment", ["x", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T00:00"]
)
def test_an_impossible_moment_is_refused(cast, tanaka, lesson_url, moment):
    page = tanaka.post(lesson_url, lesson_form(cast.lesson, published_from=moment))

    assert page.status_code == 422
    assert "日時を正しく入力してください。" in page.content.decode()


def test_an_empty_title_is_refused_and_nothing_is_lost(cast, tanaka, note_url):
    page = tanaka.post(
        note_url, note_form(cast.note, title=" ", body="書きかけの本文", due_at="2026-12-01T22:00")
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert "題名を入力してください。" in text
    assert "書きかけの本文" in text
    assert 'value="2026-12-01T22:00"' in text
    assert "<h1>まとめノート</h1>" in text
    assert "入力はそのまま残っています" in text


def test_a_due_date_before_the_window_opens_is_refused(cast, tanaka, note_url):
    page = tanaka.post(
        note_url,
        note_form(cast.note, due_at="2026-11-24T16:00", published_from="2026-11-24T17:00"),
    )

    assert page.status_code == 422
    assert "期限は、公開開始より後の日時にしてください。" in page.content.decode()


def test_what_every_kind_has_and_what_this_kind_has_are_saved_together(cast, tanaka, note_url):
    sent = note_form(
        cast.note, title="新", body="# 見出し", due_at="2026-12-01T22:00", state="draft"
    )
    del sent["required"]

    response = tanaka.post(note_url, sent)

    assert response["Location"] == note_url
    cast.note.refresh_from_db()
    cast.note.note.refresh_from_db()
    assert (cast.note.title, cast.note.required, cast.note.state) == ("新", False, "draft")
    assert (cast.note.note.body, cast.note.version) == ("# 見出し", 2)


def test_if_the_kind_cannot_save_nothing_is_saved(cast, tanaka, note_url, monkeypatch):
    def fail(self, activity):
        raise RuntimeError("disk full")

    monkeypatch.setattr(NoteForm, "save_kind", fail)

    with pytest.raises(RuntimeError):
        tanaka.post(note_url, note_form(cast.note, title="半分だけ"))

    cast.note.refresh_from_db()
    assert (cast.note.title, cast.note.version) == ("まとめノート", 1)


def test_two_teachers_edit_the_same_lesson(cast, tanaka, suzuki, lesson_url):
    seen = lesson_form(cast.lesson)
    tanaka.post(lesson_url, seen | {"title": "田中の題名", "published_from": "2026-11-24T17:00"})

    page = suzuki.post(lesson_url, seen | {"title": "鈴木の題名"})

    text = page.content.decode()
    assert page.status_code == 409
    assert "他の講師が先に保存しました" in text
    assert 'value="鈴木の題名"' in text
    assert "田中の題名" in text
    assert "2026-11-24 17:00" in text
    cast.lesson.refresh_from_db()
    assert cast.lesson.title == "田中の題名"

    again = seen | {"title": "鈴木の題名", "version": page.context["form"]["version"].value()}
    assert suzuki.post(lesson_url, again).status_code == 302
    cast.lesson.refresh_from_db()
    assert (cast.lesson.title, cast.lesson.version) == ("鈴木の題名", 3)


def test_a_third_save_between_conflict_and_second_try_is_noticed_too(
    cast, tanaka, suzuki, lesson_url
):
    seen = lesson_form(cast.lesson)
    tanaka.post(lesson_url, seen | {"title": "一"})
    page = suzuki.post(lesson_url, seen | {"title": "二"})
    tanaka.post(lesson_url, seen | {"title": "三", "version": "2"})

    again = suzuki.post(
        lesson_url,
        seen | {"title": "二", "version": page.context["form"]["version"].value()},
    )

    assert again.status_code == 409


def test_two_teachers_write_the_same_note_and_neither_text_is_lost(cast, tanaka, suzuki, note_url):
    seen = note_form(cast.note)
    tanaka.post(note_url, seen | {"body": "田中の本文"})

    page = suzuki.post(note_url, seen | {"body": "鈴木の本文"})

    text = page.content.decode()
    assert page.status_code == 409
    assert "田中の本文" in text
    assert "鈴木の本文" in text
    cast.note.note.refresh_from_db()
    assert cast.note.note.body == "田中の本文"


def test_line_ends_alone_are_no_conflict(cast, tanaka, suzuki, note_url):
    seen = note_form(cast.note, body="一\r\n二")
    tanaka.post(note_url, seen)

    assert suzuki.post(note_url, seen).status_code == 302


def test_only_one_of_two_saves_from_the_same_version_wins(cast):
    mine, theirs = Lesson.objects.get(pk=cast.lesson.pk), Lesson.objects.get(pk=cast.lesson.pk)
    mine.title, theirs.title = "私", "相手"
    services.save_edit(edited=theirs, fields=["title"], version=1)
    hung = []

    with pytest.raises(services.ConflictError) as conflict:
        services.save_edit(
            edited=mine, fields=["title"], version=1, also=lambda: hung.append("kind")
        )

    assert conflict.value.saved.title == "相手"
    assert hung == []


def test_what_was_typed_survives_a_colleague_who_deletes_it(cast, tanaka, suzuki, note_url):
    seen = note_form(cast.note)
    tanaka.post(f"{note_url}delete/")

    page = suzuki.post(note_url, seen | {"body": "長い本文"})

    assert page.status_code == 409
    assert "ごみ箱に移しました" in page.content.decode()
    assert "長い本文" in page.content.decode()
    version = page.context["form"]["version"].value()
    assert suzuki.post(note_url, seen | {"body": "長い本文", "version": version}).status_code == 302
    cast.note.refresh_from_db()
    assert cast.note.deleted_at is None


def test_a_toggle_in_the_builder_is_not_undone_by_a_form_that_was_open(cast, tanaka, suzuki):
    seen = lesson_form(cast.lesson)
    tanaka.post(f"/teach/lessons/{cast.lesson.pk}/state/", {"state": "draft"})

    page = suzuki.post(f"/teach/lessons/{cast.lesson.pk}/", seen)

    assert page.status_code == 409
    assert "下書き" in [d.saved for d in page.context["form"].differences]


def test_publishing_in_the_editor_before_the_file_is_there_is_said(cast, tanaka):
    Activity.objects.filter(pk=cast.video.pk).update(state="draft", due_at=None)
    url = f"/teach/activities/{cast.video.pk}/"
    sent = note_form(cast.video, state="published")

    page = tanaka.post(url, sent, follow=True)

    assert "生徒には「準備中」と表示されます" in page.content.decode()
    cast.video.refresh_from_db()
    assert cast.video.state == "published"


def test_seconds_that_the_picker_cannot_show_are_no_difference(cast, tanaka, suzuki, lesson_url):
    moment = datetime.datetime(2026, 11, 24, 17, 0, 59, tzinfo=JAPAN)
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_from=moment, version=5)
    seen = lesson_form(cast.lesson, published_from="2026-11-24T17:00")

    assert suzuki.post(lesson_url, seen).status_code == 302


def test_a_deleted_lesson_has_no_editor(cast, tanaka, lesson_url, note_url):
    Lesson.objects.filter(pk=cast.lesson.pk).update(deleted_at=timezone.now())

    assert tanaka.get(lesson_url).status_code == 404
    assert tanaka.get(note_url).status_code == 404
