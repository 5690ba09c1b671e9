"""Writing a note: the editor, two teachers at once, the preview."""

import pytest
from django.urls import reverse

from courses.materials.forms import LONGEST_NOTE
from courses.materials.models import Note


def editor(cast):
    return reverse("catalog:activity", args=[cast.note.pk])


def fields(cast, **changed):
    cast.note.refresh_from_db()
    return {
        "title": cast.note.title,
        "version": cast.note.version,
        "state": "published",
        "required": "on",
        "body": "",
        **changed,
    }


def body_of(cast):
    return Note.objects.get(activity=cast.note).body


@pytest.fixture
def teacher(cast, sign_in):
    return sign_in(cast.tanaka)


def test_the_editor_begins_with_what_is_saved(cast, teacher):
    Note.objects.filter(activity=cast.note).update(body="いまの本文 <b>")
    html = teacher.get(editor(cast)).content.decode()
    assert "いまの本文 &lt;b&gt;</textarea>" in html
    assert f'data-draft-key="note:{cast.note.pk}"' in html
    assert f'data-draft-version="{cast.note.version}"' in html
    assert "data-draft-unsaved" not in html


def test_saving_stores_the_text_as_it_was_typed(cast, teacher):
    answer = teacher.post(editor(cast), fields(cast, body="  字下げ\r\n\r\n$x$\r\n"))
    assert answer.status_code == 302
    assert body_of(cast) == "  字下げ\n\n$x$\n"
    cast.note.refresh_from_db()
    assert cast.note.version == 2


def test_who_saves_second_keeps_his_text_and_overwrites_only_knowingly(cast, teacher, sign_in):
    stale = fields(cast, body="田中の本文")
    office = sign_in(cast.midori)
    assert office.post(editor(cast), fields(cast, body="事務の本文")).status_code == 302

    answer = teacher.post(editor(cast), stale)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "田中の本文</textarea>" in html
    assert "data-draft-unsaved" in html
    assert body_of(cast) == "事務の本文"

    assert teacher.post(editor(cast), fields(cast, body="田中の本文")).status_code == 302
    assert body_of(cast) == "田中の本文"


def test_a_refused_form_keeps_the_text(cast, teacher):
    answer = teacher.post(editor(cast), fields(cast, title="", body="書いた本文"))
    html = answer.content.decode()
    assert "書いた本文</textarea>" in html
    assert "data-draft-unsaved" in html
    assert body_of(cast) == ""


def test_a_session_that_ended_leads_back_to_the_editor(cast, client):
    answer = client.post(editor(cast), fields(cast, body="書いた本文"))
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={editor(cast)}"
    assert body_of(cast) == ""


def preview(client, body):
    return client.post(reverse("materials:note_preview"), {"body": body})


def test_the_preview_shows_what_students_will_see(teacher):
    html = preview(teacher, "**太字** $x$ ｜漢《かん》").content.decode()
    assert "<strong>太字</strong>" in html
    assert "<math>" in html
    assert "<ruby>" in html


def test_the_preview_is_safe(teacher):
    assert "<script" not in preview(teacher, "<script>alert(1)</script>").content.decode()


def test_the_preview_of_nothing_says_so(teacher):
    assert "仕上がりが出ます" in preview(teacher, "").content.decode()


def test_the_preview_of_far_too_much_says_so(teacher):
    html = preview(teacher, "あ" * (LONGEST_NOTE + 1)).content.decode()
    assert "本文が長すぎます" in html


def test_the_preview_is_for_teachers(cast, sign_in):
    assert preview(sign_in(cast.haruna), "x").status_code == 403
    assert teacher_may(sign_in(cast.suzuki))


def teacher_may(client):
    return preview(client, "x").status_code == 200


def test_the_preview_changes_nothing(cast, teacher):
    preview(teacher, "試し書き")
    assert body_of(cast) == ""
