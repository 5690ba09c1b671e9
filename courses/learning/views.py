"""Pages of students and guardians; views of the same pages by teachers are previews."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import children_of
from accounts.requests import UserRequest, guardians_only, students_only
from courses.enrolment.access import activity_to_open, course_to_open, is_preview
from courses.enrolment.services import open_activity
from courses.learning import queries
from elearning.db.context import is_degraded


@require_safe
@students_only
def student_home(request: UserRequest) -> HttpResponse:
    everything = request.GET.get("todo") == "all"
    page = queries.student_home(request.user, everything=everything)
    context = {"section": "home", "page": page, "today": timezone.localdate()}
    return render(request, "learning/student_home.html", context)


@require_safe
@students_only
def courses(request: UserRequest) -> HttpResponse:
    views = queries.student_courses(request.user)
    return render(request, "learning/courses.html", {"section": "courses", "courses": views})


@require_safe
def course(request: UserRequest, course_id: int) -> HttpResponse:
    """A student's course; for its teachers a preview, drafts included."""
    taken = course_to_open(request.user, course_id)
    preview = is_preview(request.user)
    page = queries.course_page(taken, None if preview else request.user)
    context = {"section": "courses", "page": page, "preview": preview}
    return render(request, "learning/course.html", context)


@require_safe
def activity(request: UserRequest, activity_id: int) -> HttpResponse:
    """One activity beside its course's outline.

    The one GET that writes: a student's first opening begins his progress, which is what
    「続きから」 and the teachers' 「学習中」 go by. It writes only while there is no row, never
    for HEAD or a browser's prefetch, and never in a preview.
    """
    opened = activity_to_open(request.user, activity_id)
    preview = is_preview(request.user)
    student = None if preview else request.user
    page = queries.activity_page(opened, student)
    step = page.step
    ready = step.facts.ready
    if student is not None and step.progress is None and ready and _really_opened(request):
        step.progress = open_activity(student=student, activity=step.activity)
    player = step.kind.player(step.activity, student) if ready else {}
    context = {
        **player,
        "section": "courses",
        "page": page,
        "remaining": queries.remaining(step, student, player),
        "activity": step.activity,
        "progress": step.progress,
        "preview": preview,
    }
    return render(request, "learning/activity.html", context)


@require_safe
@guardians_only
def guardian_home(request: UserRequest) -> HttpResponse:
    cards = queries.guardian_home(request.user)
    return render(request, "learning/guardian_home.html", {"section": "home", "cards": cards})


@require_safe
@guardians_only
def child(request: UserRequest, child_id: int) -> HttpResponse:
    person = get_object_or_404(children_of(request.user), pk=child_id)
    page = queries.child_page(person)
    return render(request, "learning/child.html", {"section": "home", "page": page})


def _really_opened(request: UserRequest) -> bool:
    """Not by a prefetch; and while the writer is down, reading goes on without a record of it."""
    if is_degraded():
        return False
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose
