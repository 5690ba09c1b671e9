"""What a teacher reads while things are made of a file, and when they are not."""

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult


def status(client, activity, **query):
    return client.get(reverse("materials:upload_status", args=[activity.pk]), query)


def again(client, activity, kind):
    return client.post(reverse("materials:try_again", args=[activity.pk, kind]))


@pytest.fixture
def film(cast, make_upload, hold):
    upload = make_upload(name="速さ.mp4", width=1280, height=720)
    hold(cast.video, upload)
    return upload


@pytest.fixture
def teacher(cast, sign_in):
    return sign_in(cast.tanaka)


def page(client, activity):
    return status(client, activity).content.decode()


@pytest.mark.parametrize(
    ("state", "fields", "said", "asks_again"),
    [
        ("waiting", {}, "画質 480p：順番待ち", True),
        ("waiting", {"attempts": 1}, "画質 480p：少し待って、もう一度作ります", True),
        ("working", {"attempts": 1, "progress": 43}, "画質 480p：作成中", True),
        ("failed", {"error": "too_slow"}, "時間がかかりすぎた", False),
        ("failed", {"error": "of a later version"}, "画質 480p：作れませんでした", False),
        ("ready", {}, "画質 480p", False),
    ],
)
def test_each_step_says_how_far_it_is(cast, teacher, film, state, fields, said, asks_again):
    film.derivatives.create(kind="video-480", state=state, **fields)
    html = page(teacher, cast.video)
    assert said in html
    assert ("every 2s" in html) is asks_again
    assert ("もう一度</button>" in html.replace("\n", "")) is (state == "failed")
    assert "利用できます" in html


def test_progress_is_shown_as_a_number_and_as_a_bar(cast, teacher, film):
    film.derivatives.create(kind="video-480", state="working", progress=43)
    html = page(teacher, cast.video)
    assert "43%" in html
    assert '<progress max="100" value="43"' in html


def test_a_quick_step_has_no_bar_that_would_stand_still(cast, teacher, film):
    film.derivatives.create(kind="poster", state="working")
    assert "<progress" not in page(teacher, cast.video)


def test_steps_come_in_one_order_whatever_order_they_were_made_in(cast, teacher, film):
    for kind in ("video-720", "video-480", "poster"):
        film.derivatives.create(kind=kind, state="ready")
    html = page(teacher, cast.video)
    assert "動画の表紙・画質 480p・画質 720p" in html


def test_the_file_is_recognised_by_its_picture(cast, teacher, film):
    assert "<img" not in page(teacher, cast.video)
    film.derivatives.create(kind="poster", state="ready", key="derived/poster.webp")
    assert f'src="/files/{film.pk}/poster/' in page(teacher, cast.video)


def test_it_asks_no_more_questions_for_more_steps(
    cast, teacher, film, django_assert_max_num_queries
):
    for kind in ("poster", "video-480", "video-720"):
        film.derivatives.create(kind=kind, state="working")
    with django_assert_max_num_queries(5):
        page(teacher, cast.video)


def seen(client, activity):
    return status(client, activity).context["file"].token


def test_nothing_is_swapped_while_nothing_moves(cast, teacher, film):
    step = film.derivatives.create(kind="video-480", state="working", progress=5)
    known = seen(teacher, cast.video)
    assert status(teacher, cast.video, seen=known).status_code == 204
    step.progress = 6
    step.save(update_fields=["progress"])
    assert status(teacher, cast.video, seen=known).status_code == 200


def test_a_screen_reader_is_told_of_steps_but_not_of_every_percent(cast, teacher, film):
    step = film.derivatives.create(kind="video-480", state="working", progress=5)
    known = seen(teacher, cast.video)
    said = 'id="upload-status-said"'

    step.progress = 6
    step.save(update_fields=["progress"])
    assert said not in status(teacher, cast.video, seen=known).content.decode()

    step.state = "ready"
    step.save(update_fields=["state"])
    assert said in status(teacher, cast.video, seen=known).content.decode()


def test_the_rest_of_the_page_follows_when_a_file_is_ready(cast, teacher, make_upload, hold):
    heading = '<h3 id="another-file-title" hx-swap-oob="innerHTML">'
    no_warning = '<div id="not-ready" hx-swap-oob="innerHTML"></div>'
    hold(cast.document, make_upload(name="a.pdf"))
    html = page(teacher, cast.document)
    assert "ファイルを差し替える" in html.partition(heading)[2].partition("</h3>")[0]
    assert no_warning in html

    # Of a photo students see nothing yet.
    hold(cast.document, make_upload(name="a.jpg", content_type="image/jpeg"))
    assert no_warning not in page(teacher, cast.document)


def test_a_photos_teacher_learns_what_students_see(cast, teacher, make_upload, hold):
    upload = make_upload(name="a.jpg", content_type="image/jpeg")
    hold(cast.document, upload)
    step = upload.derivatives.create(kind="image-640", state="working", key="a.webp")
    waits = "画像ができるまで、生徒には「準備中」と表示されます"
    assert waits in page(teacher, cast.document)

    for state, said in (("failed", waits), ("ready", "情報を取り除いた画像を見せます")):
        step.state = state
        step.save(update_fields=["state"])
        assert said in page(teacher, cast.document)
    assert waits not in page(teacher, cast.document)


def test_once_there_is_a_small_one_students_need_not_wait(cast, teacher, make_upload, hold):
    upload = make_upload(name="a.jpg", content_type="image/jpeg")
    hold(cast.document, upload)
    upload.derivatives.create(kind="image-640", state="ready", key="a.webp")
    upload.derivatives.create(kind="image-1280", state="working")
    html = page(teacher, cast.document)
    assert "生徒はもう開けます" in html
    assert "準備中" not in html


@pytest.fixture
def failed(film):
    return film.derivatives.create(kind="video-480", state="failed", attempts=3, error="too_slow")


@pytest.fixture
def _queue_in_the_database(settings):
    queues = ["default", "media"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": queues}}


@pytest.mark.usefixtures("_queue_in_the_database")
def test_the_button_lets_it_be_tried_again(cast, teacher, failed):
    html = page(teacher, cast.video)
    assert reverse("materials:try_again", args=[cast.video.pk, "video-480"]) in html

    answer = again(teacher, cast.video, "video-480").content.decode()

    assert "画質 480p：順番待ち" in answer
    assert "every 2s" in answer
    assert DBTaskResult.objects.get().args_kwargs["args"] == [failed.pk]


@pytest.mark.usefixtures("_queue_in_the_database")
def test_pressed_twice_it_is_queued_once(cast, teacher, failed):
    again(teacher, cast.video, "video-480")
    assert again(teacher, cast.video, "video-480").status_code == 200
    assert DBTaskResult.objects.count() == 1


def test_what_is_not_there_cannot_be_tried_again(cast, teacher, failed):
    assert again(teacher, cast.video, "video-720").status_code == 404
    assert again(teacher, cast.document, "video-480").status_code == 404


def test_only_who_builds_the_course_asks_for_it(cast, sign_in, failed):
    for person, code in ((cast.suzuki, 404), (cast.haruna, 403), (cast.yoko, 403)):
        assert again(sign_in(person), cast.video, "video-480").status_code == code
    failed.refresh_from_db()
    assert failed.state == "failed"
