import datetime

import pytest
from django.utils import timezone

from accounts.models import ClassGroup, ClassMeeting, ClassMembership, User
from courses.catalog.models import Course, State
from courses.catalog.years import current_school_year
from courses.enrolment.models import ClassCourse, StudyDay
from courses.enrolment.queries import monday_of
from courses.reports.queries.office import school_at_a_glance
from elearning.uploads.models import Upload, UploadState

from .conftest import ago


@pytest.fixture(autouse=True)
def _now_is_the_cast_s_year(cast):
    ClassGroup.objects.update(school_year=current_school_year())
    Course.objects.update(school_year=current_school_year())


def upload(cast, state, created_at=None) -> Upload:
    return Upload.objects.create(
        owner=cast.tanaka,
        category="video",
        name="板書.mp4",
        size=1000,
        part_size=500,
        state=state,
        created_at=created_at or timezone.now(),
    )


def test_the_school_in_numbers(cast):
    cast.english.state = State.DRAFT
    cast.english.save()
    ClassMeeting.objects.all().delete()
    ClassMeeting.objects.create(
        class_group=cast.class_a,
        weekday=timezone.localdate().weekday(),
        starts_at=datetime.time(19),
        ends_at=datetime.time(20),
    )
    school = school_at_a_glance()
    assert (school.students, school.guardians, school.teachers) == (3, 2, 2)
    assert (school.classes, school.courses, school.published_courses) == (2, 2, 1)
    assert school.meetings_today == 1
    assert [(c.campus, c.students, c.classes) for c in school.campuses] == [(cast.campus, 3, 2)]


def test_who_no_longer_comes_is_not_counted(cast):
    User.objects.filter(pk=cast.sota.pk).update(is_active=False, must_change_password=True)
    school = school_at_a_glance()
    assert (school.students, school.initial_passwords) == (2, 0)
    assert school.campuses[0].students == 2


def test_study_of_today_and_of_this_week_beside_the_last(cast):
    today = timezone.localdate()
    monday = monday_of(today)
    week = datetime.timedelta(weeks=1)
    StudyDay.objects.create(student=cast.haruna, day=today, seconds=600)
    StudyDay.objects.create(student=cast.ren, day=today, seconds=0)
    StudyDay.objects.create(student=cast.sota, day=today - week, seconds=60)
    StudyDay.objects.create(student=cast.ren, day=today - week, seconds=40)
    StudyDay.objects.create(student=cast.haruna, day=monday - week * 2, seconds=9999)
    school = school_at_a_glance()
    assert school.active_today == 1
    assert (school.week_seconds, school.last_week_seconds) == (600, 100)


def test_hours_and_minutes_are_named(cast, sign_in):
    """284:51 could be minutes and seconds."""
    StudyDay.objects.create(
        student=cast.haruna, day=timezone.localdate(), seconds=(284 * 60 + 51) * 60
    )
    assert '<p class="value">284時間51分</p>' in sign_in(cast.midori).get("/").text


def test_what_is_to_be_looked_after(cast):
    ClassCourse.objects.filter(class_group=cast.class_b).delete()
    ClassMembership.objects.filter(student=cast.ren).update(left_on=timezone.localdate())
    User.objects.filter(pk=cast.haruna.pk).update(must_change_password=True)
    upload(cast, UploadState.UPLOADED)
    upload(cast, UploadState.REJECTED)
    upload(cast, UploadState.REJECTED, created_at=ago(days=8))
    school = school_at_a_glance()
    assert school.classes_without_course == 1
    assert school.students_without_class == 1
    assert school.initial_passwords == 1
    assert (school.uploads_waiting, school.uploads_rejected) == (1, 1)


def test_last_years_class_is_no_class_any_more(cast):
    ClassGroup.objects.filter(pk=cast.class_b.pk).update(school_year=current_school_year() - 1)
    assert school_at_a_glance().students_without_class == 1


def test_the_page_shows_it_with_the_way_to_the_lists(cast, sign_in):
    User.objects.filter(pk=cast.haruna.pk).update(must_change_password=True)
    text = sign_in(cast.midori).get("/").text
    assert "must_change_password__exact=1" in text
    assert "クラスの進み具合" in text


@pytest.mark.parametrize("what", ["class", "nobody", "password", "waiting", "rejected"])
def test_every_list_behind_a_number_opens_and_holds_as_many(cast, sign_in, what):
    ClassCourse.objects.filter(class_group=cast.class_b).delete()
    ClassMembership.objects.filter(student=cast.ren).update(left_on=timezone.localdate())
    User.objects.filter(pk=cast.haruna.pk).update(must_change_password=True)
    upload(cast, UploadState.UPLOADED)
    upload(cast, UploadState.REJECTED)
    client = sign_in(cast.midori)
    links = [
        part.split('"')[0].replace("&amp;", "&")
        for part in client.get("/").text.split('href="')
        if part.startswith("/admin/") and "?" in part.split('"')[0]
    ]
    assert len(links) == 5
    link = links[["class", "nobody", "password", "waiting", "rejected"].index(what)]
    page = client.get(link)
    assert page.status_code == 200
    assert page.context["cl"].result_count == 1


def test_an_operator_who_may_not_enter_the_admin_gets_no_links_there(cast, sign_in):
    User.objects.filter(pk=cast.midori.pk).update(is_staff=False)
    User.objects.filter(pk=cast.haruna.pk).update(must_change_password=True)
    assert "/admin/" not in sign_in(cast.midori).get("/").text
