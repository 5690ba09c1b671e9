"""How much one person may keep."""

import threading

import pytest
from django.db import connection
from django.template import Context, Template
from django.utils import timezone

from elearning.uploads import quotas, services
from elearning.uploads.errors import Refused
from elearning.uploads.models import Upload

MIB = 1024**2


@pytest.fixture(autouse=True)
def _ten_mib_each(settings):
    settings.UPLOAD_QUOTA_BYTES = 10 * MIB


def begin(person, size: int, **options) -> Upload:
    return services.begin(
        owner=person, category="video", name="速さ.mp4", size=size * MIB, **options
    )


def test_a_file_that_fits_may_come_and_one_more_byte_may_not(cast):
    begin(cast.tanaka, 4)
    begin(cast.tanaka, 6)
    with pytest.raises(Refused):
        services.begin(owner=cast.tanaka, category="video", name="a.mp4", size=1)


def test_it_says_what_is_used_what_is_needed_and_what_to_do(cast):
    begin(cast.tanaka, 4)
    with pytest.raises(Refused) as refused:
        begin(cast.tanaka, 7)
    assert str(refused.value) == (
        "「速さ.mp4」（7 MB）を保管する容量が足りません。"
        "アップロードできるのはお一人 10 MB までで、いま 4 MB をお使いです。"
        "使わない学習項目を削除するか、小さいファイルに差し替えてください"
        "（空きが増えるまで 1 日ほどかかります）。お急ぎのときは、運営にご相談ください。"
    )
    assert Upload.objects.count() == 1


def test_everybody_has_a_quota_of_his_own(cast):
    begin(cast.tanaka, 10)
    begin(cast.suzuki, 10)


@pytest.mark.parametrize("state", ["pending", "uploaded", "verified", "published"])
def test_what_is_in_use_or_on_its_way_counts(cast, state):
    Upload.objects.filter(pk=begin(cast.tanaka, 4).pk).update(state=state)
    assert quotas.used_by(cast.tanaka) == 4 * MIB


@pytest.mark.parametrize("state", ["rejected", "aborted"])
def test_what_came_to_nothing_does_not_count(cast, state):
    Upload.objects.filter(pk=begin(cast.tanaka, 4).pk).update(state=state)
    assert quotas.used_by(cast.tanaka) == 0


def test_what_nothing_uses_any_more_does_not_count(cast):
    Upload.objects.filter(pk=begin(cast.tanaka, 4).pk).update(
        state="published", unused_since=timezone.now()
    )
    begin(cast.tanaka, 10)


def test_a_replacement_needs_no_room_beside_what_it_replaces(cast):
    old = begin(cast.tanaka, 8)
    with pytest.raises(Refused):
        begin(cast.tanaka, 9)
    begin(cast.tanaka, 9, replacing=[old.pk])


def test_without_a_quota_there_is_no_limit_and_nothing_to_say(cast, settings):
    settings.UPLOAD_QUOTA_BYTES = 0
    begin(cast.tanaka, 1000)
    assert quotas.usage(cast.tanaka) == ""


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_get_the_last_of_it(cast):
    together = threading.Barrier(2)
    outcomes = []

    def begins():
        together.wait()
        try:
            begin(cast.tanaka, 6)
        except Refused:
            outcomes.append("refused")
        else:
            outcomes.append("begun")
        finally:
            connection.close()

    threads = [threading.Thread(target=begins) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["begun", "refused"]
    assert quotas.used_by(cast.tanaka) == 6 * MIB


def test_the_owner_is_locked_while_it_is_counted(cast, monkeypatch):
    """SQLite serialises by itself; where it doesn't, this lock does it."""
    from django.contrib.auth import get_user_model

    locked = []
    real = type(get_user_model().objects.all()).select_for_update
    monkeypatch.setattr(
        type(get_user_model().objects.all()),
        "select_for_update",
        lambda self, **how: locked.append(self.model) or real(self, **how),
    )
    begin(cast.tanaka, 1)
    assert locked == [get_user_model()]


def shown_to(person) -> str:
    template = Template("{% load uploads %}{% upload_usage %}")
    return template.render(Context({"user": person}))


def test_a_teacher_reads_how_much_is_used(cast):
    assert shown_to(cast.tanaka) == "使用量：0 KB（10 MB まで）"
    begin(cast.tanaka, 4)
    assert shown_to(cast.tanaka) == "使用量：4 MB（10 MB まで）"
