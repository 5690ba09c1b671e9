"""`manage.py seed_demo`: a living school of any size, the same every time."""

import datetime
import io
import itertools

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum
from django.test import Client
from django.utils import timezone

from accounts.models import Campus, ClassGroup, ClassMeeting, Guardianship, Role, User
from config.demo import ACCOUNTS, PASSWORD
from courses.catalog.models import Activity, Course, Lesson
from courses.enrolment.models import Enrolment, Progress, ProgressState, StudyDay
from courses.materials.models import VideoView
from elearning.uploads.models import Upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _debug(settings):
    settings.DEBUG = True


def seed(**options) -> str:
    out = io.StringIO()
    size = {"students": 46, "courses": 5, "lessons": 10, **options}
    call_command("seed_demo", stdout=out, **size)
    return out.getvalue()


def test_outside_debug_it_wants_to_be_told(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="needs --yes"):
        seed()
    assert not User.objects.exists()
    seed(students=1, courses=1, lessons=1, yes=True)
    assert User.objects.filter(username="student1").exists()


def test_the_four_accounts_can_sign_in():
    seed()
    roles = {"student1": Role.STUDENT, "teacher1": Role.TEACHER}
    roles |= {"guardian1": Role.GUARDIAN, "operator1": Role.OPERATOR}
    assert set(ACCOUNTS) == set(roles)
    for username, role in roles.items():
        client = Client()
        client.post("/login/", {"login": username, "password": PASSWORD})
        user = User.objects.get(username=username)
        assert client.session.get("_auth_user_id") == str(user.pk), username
        assert user.role == role
    operator = User.objects.get(username="operator1")
    assert operator.is_staff
    assert operator.is_superuser


def test_everybody_known_is_who_the_readme_says():
    seed()
    haruna = User.objects.select_related("campus").get(username="student1")
    assert (haruna.full_name, haruna.grade, str(haruna.campus)) == ("佐藤 陽菜", 8, "渋谷校")
    assert User.objects.get(username="teacher1").full_name == "田中 健一"
    guardian = User.objects.get(username="guardian1")
    children = [child.full_name for child in guardian.children.order_by("pk")]
    assert children == ["佐藤 陽菜", "佐藤 陽太"]


def test_there_are_as_many_as_asked_for():
    seed(students=46, courses=7, lessons=9)
    assert User.objects.filter(role=Role.STUDENT).count() == 46
    assert Course.objects.count() == 7
    assert Lesson.objects.count() == 63
    assert Course.objects.values("title").distinct().count() == 7
    assert set(Enrolment.objects.values_list("course", flat=True)) == set(
        Course.objects.values_list("pk", flat=True)
    )


def test_the_smallest_school_stands_too():
    seed(students=1, courses=1, lessons=1)
    assert Enrolment.objects.get().student.username == "student1"


def test_twice_changes_nothing_and_says_so():
    seed()
    counts = [User.objects.count(), Activity.objects.count(), Progress.objects.count()]
    assert "already here" in seed()
    assert counts == [User.objects.count(), Activity.objects.count(), Progress.objects.count()]


def test_an_account_of_the_same_name_is_left_alone():
    own = User.objects.create_user("teacher1", "my own password")
    with pytest.raises(CommandError, match=r"already: teacher1\. Nothing was changed"):
        seed()
    assert list(User.objects.all()) == [own]
    assert not Campus.objects.exists()


@pytest.mark.parametrize("wrong", ["0", "-3", "many"])
def test_a_size_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(CommandError, match="is not a whole number of at least 1"):
        call_command("seed_demo", f"--students={wrong}")


def test_the_same_numbers_give_the_same_school(django_db_blocker):
    def picture():
        people = list(User.objects.order_by("pk").values_list("username", "family_name"))
        states = list(
            Progress.objects.order_by("student__username", "activity__lesson__title", "activity")
            .values_list("student__username", "activity__title", "state", "seconds")
        )  # fmt: skip
        return people, states

    seed(students=24, courses=3, lessons=6)
    first = picture()
    for model in (VideoView, Progress, StudyDay, Enrolment, ClassGroup, Course, Upload):
        model.objects.all().delete()
    User.objects.all().delete()
    seed(students=24, courses=3, lessons=6)
    assert picture() == first


def test_students_are_in_full_classes_and_every_one_has_a_guardian():
    seed(students=92, courses=10)
    sizes = ClassGroup.objects.annotate(size=Count("students")).values_list("size", flat=True)
    assert max(sizes) <= 24
    assert min(sizes) >= 14
    guarded = Guardianship.objects.values("child").distinct().count()
    assert guarded == 92
    for link in Guardianship.objects.select_related("guardian", "child"):
        assert link.guardian.family_name == link.child.family_name
    letters = "".join(User.objects.values_list("family_name", flat=True))
    assert "髙" in letters
    assert "﨑" in letters


def test_names_and_sign_in_names_pass_the_rules_of_the_forms():
    seed(students=46)
    for user in User.objects.all():
        user.clean_fields(exclude=["password"])


def test_nobody_studied_in_the_future_and_times_agree():
    seed()
    now = timezone.now()
    assert Progress.objects.exists()
    assert not Progress.objects.filter(last_at__gt=now).exists()
    assert not StudyDay.objects.filter(day__gt=timezone.localdate()).exists()
    for student in User.objects.filter(role=Role.STUDENT):
        by_day = StudyDay.objects.filter(student=student).aggregate(s=Sum("seconds"))["s"]
        by_activity = Progress.objects.filter(student=student).aggregate(s=Sum("seconds"))["s"]
        assert by_day == by_activity


def test_a_completed_video_was_watched_and_an_unfinished_one_was_not():
    seed()
    views = {(v.student_id, v.video_id): v for v in VideoView.objects.all()}
    rows = Progress.objects.filter(activity__kind="video").select_related("activity__video__upload")
    assert {row.state for row in rows} == {ProgressState.STARTED, ProgressState.COMPLETED}
    for row in rows:
        view = views.pop((row.student_id, row.activity_id))
        duration = row.activity.video.upload.duration_seconds
        watched_enough = view.watched_seconds >= 0.9 * duration
        assert watched_enough == (row.state == ProgressState.COMPLETED)
        assert view.ranges == [[0, view.watched_seconds]]
    assert views == {}


def test_some_keep_up_some_fall_behind_and_some_were_not_seen_for_nine_days():
    seed(students=92)
    today = timezone.localdate()
    done = (
        Progress.objects.filter(state=ProgressState.COMPLETED)
        .values("student")
        .annotate(n=Count("pk"))
        .values_list("n", flat=True)
    )
    assert max(done) > 2 * min(done)
    newest = {
        max(days) for days in _days_by_student().values() if max(days) < today
    }  # fmt: skip
    assert today - datetime.timedelta(days=9) in newest


def _days_by_student() -> dict[int, list[datetime.date]]:
    days: dict[int, list[datetime.date]] = {}
    for student, day in StudyDay.objects.values_list("student_id", "day"):
        days.setdefault(student, []).append(day)
    return days


def test_lessons_open_week_by_week_about_two_weeks_ahead():
    seed(lessons=20)
    now = timezone.now()
    for course in Course.objects.all():
        opens = [lesson.published_from for lesson in course.lessons.order_by("order")]
        assert {b - a for a, b in itertools.pairwise(opens)} == {datetime.timedelta(weeks=1)}
        still_to_come = [at for at in opens if at > now]
        assert 5 <= len(still_to_come) < 15
    due = Activity.objects.open().filter(required=True, due_at__gt=now)
    assert due.exists()
    assert not due.filter(due_at__gt=now + datetime.timedelta(days=15)).exists()


def test_nobody_studied_what_was_not_open_yet():
    seed(lessons=20)
    early = Progress.objects.filter(opened_at__lt=F("activity__lesson__published_from"))
    assert not early.exists()


def test_haruna_sees_a_fortnight_of_work_and_not_the_whole_year():
    seed(lessons=20)
    haruna = User.objects.get(username="student1")
    client = Client()
    client.force_login(haruna)
    home = client.get("/").context["page"]
    assert len(home.to_do) == 8
    assert home.more <= 10


def test_haruna_has_something_due_today_something_tomorrow_and_something_overdue():
    seed(lessons=20)
    haruna = User.objects.get(username="student1")
    done = haruna.progress.filter(state=ProgressState.COMPLETED).values("activity")
    open_ones = Activity.objects.open().filter(
        lesson__course__enrolments__student=haruna, due_at__isnull=False
    )
    waiting = [timezone.localtime(a.due_at) for a in open_ones.exclude(pk__in=done)]
    today = timezone.localdate()
    days = [(at.date() - today).days for at in waiting]
    assert 0 in days
    assert 1 in days
    assert len([day for day in days if day < 0]) == 1
    due_today = min(at for at in waiting if at.date() == today)
    assert due_today > timezone.now()


def test_the_last_thing_haruna_did_is_a_video_that_she_has_half_watched():
    seed(lessons=20)
    haruna = User.objects.get(username="student1")
    newest = haruna.progress.select_related("activity__video__upload").latest("last_at")
    assert newest.state == ProgressState.STARTED
    assert newest.activity.title == "速さの問題を連立方程式で解く"
    assert 0 < newest.position < newest.activity.video.upload.duration_seconds


def test_the_teacher_has_a_class_today():
    seed()
    meetings = ClassMeeting.objects.filter(class_group__teachers__username="teacher1")
    assert meetings.filter(weekday=timezone.localdate().weekday()).exists()


def test_files_are_stored_once_and_shown_by_many():
    seed()
    for upload in Upload.objects.all():
        assert upload.state == "published"
        assert default_storage.size(upload.key) == upload.size
    assert Upload.objects.count() == 12
    videos = Activity.objects.filter(kind="video")
    assert videos.count() > 12
    assert not videos.filter(video__upload=None).exists()
