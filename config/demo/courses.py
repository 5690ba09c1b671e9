"""The demo's courses: each lesson a video, a note and a print, opened and due week by week."""

import datetime
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils import timezone

from accounts.models import Grade, User
from config.demo.bulk import bulk_create
from config.demo.syllabus import lesson_titles
from courses.catalog.models import Activity, Course, Lesson, State, Subject
from courses.catalog.years import current_school_year
from courses.materials.models import Document, Note, Video
from elearning.uploads.models import Upload

GRADES = [8, 7, 9, 6, 5, 4, 10, 11, 12]
"""Junior high school first, since a small demo has only the first of them."""
SUBJECTS = [Subject.MATHS, Subject.ENGLISH, Subject.SCIENCE, Subject.JAPANESE, Subject.SOCIAL]
LEVELS = ["標準", "発展", "基礎", "選抜"]
NOTES = Path(__file__).resolve().parent / "notes"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the print of lesson `anchor` steps from now is due: days from today, and the hour."""

    anchor: int
    days: int
    at: datetime.time


RHYTHMS = {
    Subject.MATHS: Rhythm(-1, 0, datetime.time(22, 0)),
    Subject.ENGLISH: Rhythm(0, 1, datetime.time(23, 59)),
    Subject.SCIENCE: Rhythm(0, 4, datetime.time(22, 0)),
    Subject.JAPANESE: Rhythm(0, 5, datetime.time(23, 59)),
    Subject.SOCIAL: Rhythm(0, 3, datetime.time(22, 0)),
}
OPEN_BEFORE = datetime.timedelta(days=14)
"""How long before its print is due a lesson opens."""
SPECIAL = {
    "連立方程式の利用": ("速さの問題を連立方程式で解く", "maths-simultaneous"),
    "一次関数のグラフ": ("グラフのかき方", "maths-linear"),
    "不定詞の3用法": ("不定詞の3用法", "english-infinitive"),
    "電流と電圧": ("オームの法則", "science-current"),
    "敬語": ("尊敬語と謙譲語", "japanese-keigo"),
}
"""Lessons that the files were made for: the video's title and the note."""
PICTURES = {
    "一次関数のグラフ": ("linear-graph.webp", "直線のグラフと傾き"),
    "連立方程式の利用": ("linear-graph.webp", "2直線の交点と連立方程式"),
    "電流と電圧": ("circuit.webp", "電流計と電圧計のつなぎ方"),
    "回路と電流": ("circuit.webp", "回路図の読み方"),
    "地形図の読み方": ("contour-map.webp", "等高線の図"),
    "日本の地形": ("contour-map.webp", "山地のようす"),
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A course to be made."""

    grade: int
    subject: Subject
    level: int

    @property
    def shown_subject(self) -> Subject:
        """Primary schools learn 算数, not 数学."""
        if self.subject == Subject.MATHS and self.grade < Grade.J1:
            return Subject.ARITHMETIC
        return self.subject

    @property
    def level_name(self) -> str:
        # The English course of the first round is the advanced one.
        place = self.level
        if self.subject == Subject.ENGLISH and place < 2:
            place = 1 - place
        return LEVELS[place] if place < len(LEVELS) else f"特訓{place - len(LEVELS) + 1}"

    @property
    def group_name(self) -> str:
        """中2標準 数学"""
        return f"{Grade(self.grade).label}{self.level_name} {self.shown_subject.label}"

    @property
    def title(self) -> str:
        """数学・中2標準"""
        return f"{self.shown_subject.label}・{Grade(self.grade).label}{self.level_name}"


@dataclass
class Built:
    """A course with what hangs on it, as the later steps need it."""

    spec: Spec
    course: Course
    now_at: int
    """The place of the lesson that is taught this week, from 0."""
    lessons: list[Lesson] = field(default_factory=list)
    activities: list[list[Activity]] = field(default_factory=list)
    """By lesson; those that students can open."""
    due_days: list[datetime.date] = field(default_factory=list)
    """By lesson: the day its print is due."""
    video: Upload | None = None


def plan(count: int) -> list[Spec]:
    """The first `count` courses: all subjects of a grade, grade by grade, level by level."""
    per_level = len(GRADES) * len(SUBJECTS)
    specs = []
    for number in range(count):
        level, place = divmod(number, per_level)
        specs.append(Spec(GRADES[place // len(SUBJECTS)], SUBJECTS[place % len(SUBJECTS)], level))
    return specs


def build(
    specs: list[Spec],
    *,
    lesson_count: int,
    teachers: dict[tuple[int, Subject], User],
    files: dict[str, Upload],
) -> list[Built]:
    """Make the courses with their lessons, activities and materials."""
    today = timezone.localdate()
    year = current_school_year()
    built = []
    for spec in specs:
        course = Course(
            title=spec.title,
            subject=spec.shown_subject,
            grade=spec.grade,
            school_year=year,
            description=_description(spec, lesson_count),
            state=State.PUBLISHED,
        )
        now_at = min(lesson_count - 1, _place_now(spec, lesson_count))
        one = Built(spec, course, now_at, video=files.get(f"{spec.subject}.mp4"))
        rhythm = RHYTHMS[spec.subject]
        for place in range(lesson_count):
            weeks = place - (now_at + rhythm.anchor)
            one.due_days.append(today + datetime.timedelta(days=rhythm.days, weeks=weeks))
        built.append(one)
    bulk_create(Course, [one.course for one in built])
    _appoint(built, teachers)
    _add_lessons(built)
    _add_activities(built, files)
    return built


def _place_now(spec: Spec, lesson_count: int) -> int:
    """Two fifths of the way, English a lesson further and science two behind."""
    shift = {Subject.ENGLISH: 1, Subject.SCIENCE: -2, Subject.SOCIAL: -1}.get(spec.subject, 0)
    return max(0, round(lesson_count * 0.4) - 1 + (shift if lesson_count >= 8 else 0))


def _description(spec: Spec, lesson_count: int) -> str:
    return (
        f"{Grade(spec.grade).label}の{spec.shown_subject.label}を、全{lesson_count}回で学びます。"
        "動画で予習し、授業のあとに演習プリントで確かめます。"
    )


def _appoint(built: list[Built], teachers: dict[tuple[int, Subject], User]) -> None:
    through = Course.teachers.through
    bulk_create(
        through,
        [
            through(
                course_id=one.course.pk,
                user_id=teachers[one.spec.grade, one.spec.subject].pk,
            )
            for one in built
        ],
    )


def _add_lessons(built: list[Built]) -> None:
    for one in built:
        titles = lesson_titles(one.spec.shown_subject, one.spec.grade, len(one.due_days))
        for place, title in enumerate(titles):
            one.lessons.append(
                Lesson(
                    course=one.course,
                    title=title,
                    order=place + 1,
                    state=State.PUBLISHED,
                    published_from=_opens(one, place),
                )
            )
    bulk_create(Lesson, [lesson for one in built for lesson in one.lessons])


def _opens(one: Built, place: int) -> datetime.datetime:
    """Week by week, as a juku opens them: there is always about two weeks' work in sight.

    From midnight, so that the same day shows the same school at every hour.
    """
    day = one.due_days[place] - OPEN_BEFORE
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _add_activities(built: list[Built], files: dict[str, Upload]) -> None:
    videos: list[Video] = []
    documents: list[Document] = []
    notes: list[Note] = []
    activities: list[Activity] = []
    for one in built:
        for place, lesson in enumerate(one.lessons):
            mine = _activities_of(one, place, lesson)
            for order, (activity, source) in enumerate(mine, 1):
                activity.order = order
                activities.append(activity)
                if activity.kind == "video":
                    videos.append(Video(activity=activity, upload=files[source]))
                elif activity.kind == "document":
                    documents.append(Document(activity=activity, upload=files[source]))
                else:
                    body = _note(source).replace("{title}", lesson.title)
                    notes.append(Note(activity=activity, body=body))
            one.activities.append([a for a, _ in mine if a.state == State.PUBLISHED])
    bulk_create(Activity, activities)
    for rows in (videos, documents, notes):
        for row in rows:
            row.activity_id = row.activity.pk
    bulk_create(Video, videos)
    bulk_create(Document, documents)
    bulk_create(Note, notes)


def _activities_of(one: Built, place: int, lesson: Lesson) -> list[tuple[Activity, str]]:
    """Each activity with its file or note."""
    subject = one.spec.subject
    theme, note = SPECIAL.get(lesson.title, ("例題の解説", str(subject)))
    due = one.due_days[place]
    at = RHYTHMS[subject].at
    now = timezone.localtime()
    if due == now.date() and at <= now.time():
        # What is due today is still ahead, also for who looks late in the evening.
        at = datetime.time(23, 59)
    parts: list[tuple[Activity, str]] = []
    if one.video:
        before = due - datetime.timedelta(days=1)
        video = _activity(lesson, "video", theme, due=before, at=datetime.time(23, 59))
        parts.append((video, f"{subject}.mp4"))
    parts.append((_activity(lesson, "note", "まとめノート", required=False), note))
    if lesson.title in PICTURES:
        source, title = PICTURES[lesson.title]
        parts.append((_activity(lesson, "document", title, required=False), source))
    print_title = "演習プリント" if theme == "例題の解説" else f"{lesson.title}　演習プリント"
    parts.append((_activity(lesson, "document", print_title, due=due, at=at), f"{subject}.pdf"))
    if place == one.now_at + 1:
        draft = _activity(lesson, "note", "発展問題（準備中）", required=False)
        draft.state = State.DRAFT
        parts.append((draft, str(subject)))
    return parts


def _activity(
    lesson: Lesson,
    kind: str,
    title: str,
    *,
    required: bool = True,
    due: datetime.date | None = None,
    at: datetime.time = datetime.time(22, 0),
) -> Activity:
    return Activity(
        lesson=lesson,
        kind=kind,
        title=title,
        required=required,
        state=State.PUBLISHED,
        due_at=due and timezone.make_aware(datetime.datetime.combine(due, at)),
    )


@cache
def _note(name: str) -> str:
    return (NOTES / f"{name}.md").read_text()
