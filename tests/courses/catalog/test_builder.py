import datetime

import pytest
from django.utils import timezone

from courses.catalog.models import Activity, Lesson
from courses.catalog.queries import visibility
from elearning.uploads.models import Upload
from elearning.uploads.reasons import sentence
from tests.cast import activity, lesson


@pytest.fixture
def url(cast):
    return f"/teach/courses/{cast.maths.pk}/"


def test_the_builder_shows_lessons_in_order_with_their_activities(cast, tanaka, url):
    second = lesson(cast.maths, "一次関数", state="draft")
    activity(second, "note", "傾き", state="draft", required=False)

    outline = tanaka.get(url).context["outline"]

    assert [(p.number, p.lesson.title) for p in outline] == [
        (1, "連立方程式の利用"),
        (2, "一次関数"),
    ]
    assert [r.activity.title for r in outline[0].rows] == [
        "まとめノート",
        "速さの問題",
        "演習プリント",
    ]
    assert outline[1].drafts == 1


def test_deleted_lessons_leave_no_gap_in_the_numbers(cast, tanaka, url):
    lesson(cast.maths, "消えた回", deleted_at=timezone.now())
    lesson(cast.maths, "次の回")

    outline = tanaka.get(url).context["outline"]

    assert [(p.number, p.lesson.title) for p in outline] == [(1, "連立方程式の利用"), (2, "次の回")]
    number = tanaka.get(f"/teach/lessons/{outline[1].lesson.pk}/section/").context["outline"].number
    assert number == 2


def test_an_empty_course_says_what_to_do(cast, tanaka, url):
    Lesson.objects.all().delete()

    assert "まだ回がありません" in tanaka.get(url).content.decode()


def test_a_draft_course_says_that_students_see_nothing(cast, tanaka, url):
    tanaka.post(f"{url}state/", {"state": "draft"})

    assert "この講座は下書きです" in tanaka.get(url).content.decode()
    tanaka.post(f"{url}state/", {"state": "published"})
    assert "この講座は下書きです" not in tanaka.get(url).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_builder_asks_the_same_number_of_questions_for_any_course(
    cast, tanaka, url, rows, django_assert_num_queries
):
    Lesson.objects.all().delete()
    for n in range(rows):
        part = lesson(cast.maths, f"回{n}")
        for kind in ("note", "video", "document"):
            activity(part, kind, f"{kind}{n}")
        activity(part, "note", f"消した{n}", deleted_at=timezone.now())
        lesson(cast.maths, f"消した{n}", deleted_at=timezone.now())

    with django_assert_num_queries(9):
        page = tanaka.get(url)
    assert len(page.context["outline"]) == rows


def test_a_lesson_alone_is_a_fragment_of_the_page(cast, tanaka):
    page = tanaka.get(f"/teach/lessons/{cast.lesson.pk}/section/").content.decode()

    assert "速さの問題" in page
    assert "<html" not in page


def test_a_fresh_upload_makes_the_lesson_ask_again_until_it_is_ready(cast, tanaka):
    url = f"/teach/lessons/{cast.lesson.pk}/section/"
    assert "load delay" in tanaka.get(url).content.decode()

    Activity.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))

    assert "load delay" not in tanaka.get(url).content.decode()


def test_a_refused_file_says_why_and_leads_to_another(cast, tanaka):
    refused = Upload.objects.create(
        owner=cast.tanaka,
        category="video",
        name="速さ.mp4",
        size=4,
        part_size=4,
        state="rejected",
        reason="damaged",
    )
    cast.video.video.next_upload = refused
    cast.video.video.save()
    Activity.objects.exclude(pk=cast.video.pk).delete()

    page = tanaka.get(f"/teach/lessons/{cast.lesson.pk}/section/").content.decode()

    assert "要確認" in page
    assert sentence(refused) in page
    assert f'href="/teach/activities/{cast.video.pk}/">ファイルを選び直す' in page
    # It will not become ready by waiting.
    assert "load delay" not in page


def test_a_lesson_tells_what_is_being_sent_and_what_has_stopped(cast, tanaka):
    url = f"/teach/lessons/{cast.lesson.pk}/section/"
    coming = Upload.objects.create(
        owner=cast.tanaka, category="video", name="速さ.mp4", size=4, part_size=4
    )
    cast.video.video.next_upload = coming
    cast.video.video.save()
    # A film so long that it takes hours.
    Activity.objects.update(created_at=timezone.now() - datetime.timedelta(hours=3))

    page = tanaka.get(url).content.decode()
    row = page.partition(f'id="activity-{cast.video.pk}"')[2].partition("</li>")[0]
    assert ">アップロード中</span>" in row
    assert ">準備中</span>" not in row
    assert "load delay" in page

    Upload.objects.update(touched_at=timezone.now() - datetime.timedelta(minutes=11))
    page = tanaka.get(url).content.decode()
    row = page.partition(f'id="activity-{cast.video.pk}"')[2].partition("</li>")[0]
    assert ">アップロード中断</span>" in row
    assert f'href="/teach/activities/{cast.video.pk}/#another-file">続きを送る' in row
    assert "load delay" not in page


def test_one_click_publishes_an_activity_and_makes_it_a_draft_again(cast, tanaka, htmx):
    url = f"/teach/activities/{cast.note.pk}/state/"

    page = tanaka.post(url, {"state": "draft"}, headers=htmx)

    cast.note.refresh_from_db()
    assert cast.note.state == "draft"
    assert "「まとめノート」を下書きに戻しました。" in page.content.decode()
    tanaka.post(url, {"state": "published"}, headers=htmx)
    cast.note.refresh_from_db()
    assert (cast.note.state, cast.note.version) == ("published", 3)


def test_publishing_before_the_file_is_there_is_allowed_and_said(cast, tanaka, htmx):
    Activity.objects.filter(pk=cast.video.pk).update(state="draft")

    page = tanaka.post(
        f"/teach/activities/{cast.video.pk}/state/", {"state": "published"}, headers=htmx
    )

    cast.video.refresh_from_db()
    assert cast.video.state == "published"
    assert "生徒には「準備中」と表示されます" in page.content.decode()


@pytest.mark.parametrize("state", ["", "x", "deleted"])
def test_an_odd_state_never_shows_anything_to_students(cast, tanaka, state):
    tanaka.post(f"/teach/lessons/{cast.lesson.pk}/state/", {"state": state})

    cast.lesson.refresh_from_db()
    assert cast.lesson.state == "draft"


def test_a_whole_lesson_is_published_with_one_click(cast, tanaka, htmx):
    Lesson.objects.update(state="draft")
    Activity.objects.filter(pk__in=[cast.note.pk, cast.video.pk]).update(state="draft")
    gone = activity(cast.lesson, "note", "消した", state="draft", deleted_at=timezone.now())

    page = tanaka.post(f"/teach/lessons/{cast.lesson.pk}/publish/", headers=htmx)

    assert "下書き2件を公開しました" in page.content.decode()
    assert set(cast.lesson.activities.values_list("title", "state")) == {
        ("まとめノート", "published"),
        ("速さの問題", "published"),
        ("演習プリント", "published"),
        ("消した", "draft"),
    }
    cast.lesson.refresh_from_db()
    assert cast.lesson.state == "published"
    gone.refresh_from_db()
    assert gone.version == 1


def test_without_script_every_click_leads_back_to_the_lesson(cast, tanaka, url):
    response = tanaka.post(f"/teach/activities/{cast.note.pk}/state/", {"state": "draft"})

    assert response["Location"] == f"{url}#lesson-{cast.lesson.pk}"


def test_badges_say_what_students_see(cast):
    now, day = timezone.now(), datetime.timedelta(days=1)

    def label(**fields):
        return visibility(Lesson(course=cast.maths, **fields)).label

    assert label(state="draft", published_from=now - day) == "下書き"
    assert label(state="published") == "公開中"
    assert label(state="published", published_from=now + day) == "公開予定"
    assert label(state="published", published_until=now - day) == "公開終了"
    assert label(state="published", published_from=now - day, published_until=now + day) == "公開中"


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "12月5日（土）から"), (17, "12月5日（土） 17:00 から")]
)
def test_a_beginning_at_midnight_needs_no_hour(cast, monkeypatch, hour, said):
    japan = datetime.timezone(datetime.timedelta(hours=9))
    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: datetime.datetime(2026, 11, 21, tzinfo=japan)
    )
    opens = datetime.datetime(2026, 12, 5, hour, tzinfo=japan)

    lesson_to_come = Lesson(course=cast.maths, state="published", published_from=opens)

    assert visibility(lesson_to_come).detail == said


def test_what_waits_for_its_lesson_is_not_called_open(cast, tanaka, url):
    cast.lesson.published_from = timezone.now() + datetime.timedelta(days=3)
    cast.lesson.save()

    page = tanaka.get(f"/teach/lessons/{cast.lesson.pk}/section/").content.decode()

    assert "公開予定" in page
    assert "公開中" not in page


def test_a_lesson_is_added_with_its_title_alone(cast, tanaka, htmx):
    page = tanaka.post(
        f"/teach/courses/{cast.maths.pk}/lessons/", {"title": " 一次関数 "}, headers=htmx
    )

    assert list(cast.maths.lessons.values_list("title", "state", "order")) == [
        ("連立方程式の利用", "published", 1),
        ("一次関数", "draft", 2),
    ]
    assert "第2回" in page.content.decode()


@pytest.mark.parametrize("title", ["", "　", "あ" * 81])
def test_a_lesson_without_a_usable_title_is_refused_and_the_text_kept(cast, tanaka, htmx, title):
    url = f"/teach/courses/{cast.maths.pk}/lessons/"

    for headers in (htmx, {}):
        page = tanaka.post(url, {"title": title}, headers=headers)
        assert page.status_code == 422
        assert f'value="{title}"' in page.content.decode()
        assert 'class="errorlist"' in page.content.decode()
    assert cast.maths.lessons.count() == 1


def test_a_note_is_added_with_its_title_alone(cast, tanaka, htmx):
    page = tanaka.post(
        f"/teach/lessons/{cast.lesson.pk}/activities/",
        {"title": "解の公式", "kind": "note"},
        headers=htmx,
    )

    made = cast.lesson.activities.get(title="解の公式")
    assert (made.kind, made.state, made.order) == ("note", "draft", 4)
    assert made.note.body == ""
    assert "解の公式" in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "", "kind": "note"},
        {"title": "動画を題名だけで", "kind": "video"},
        {"title": "知らない種類", "kind": "game"},
        {"title": "種類なし"},
    ],
)
def test_an_activity_that_cannot_be_made_is_refused_and_the_text_kept(cast, tanaka, htmx, sent):
    url = f"/teach/lessons/{cast.lesson.pk}/activities/"

    for headers in (htmx, {}):
        page = tanaka.post(url, sent, headers=headers)
        assert page.status_code == 422
        assert f'value="{sent["title"]}"' in page.content.decode()
        assert 'class="errorlist"' in page.content.decode()
    assert cast.lesson.activities.count() == 3


def test_in_english_a_button_is_written_like_a_sentence(cast, sign_in):
    cast.tanaka.language = "en"
    cast.tanaka.save(update_fields=["language"])
    page = sign_in(cast.tanaka).get(f"/teach/courses/{cast.maths.pk}/").content.decode()

    assert "Add note</button>" in page
