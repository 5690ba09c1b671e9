from django.urls import path

from courses.catalog.views import activities, builder, courses, lessons, order, trash

app_name = "catalog"
urlpatterns = [
    path("teach/courses/", courses.course_list, name="courses"),
    path("teach/courses/new/", courses.course_new, name="course_new"),
    path("teach/courses/teachers/", courses.teacher_search, name="teacher_search"),
    path("teach/courses/<int:course_id>/", builder.course, name="course"),
    path("teach/courses/<int:course_id>/edit/", courses.course_edit, name="course_edit"),
    path(
        "teach/courses/<int:course_id>/duplicate/",
        courses.course_duplicate,
        name="course_duplicate",
    ),
    path("teach/courses/<int:course_id>/state/", builder.course_state, name="course_state"),
    path("teach/courses/<int:course_id>/delete/", trash.course_delete, name="course_delete"),
    path("teach/courses/<int:course_id>/restore/", trash.course_restore, name="course_restore"),
    path("teach/courses/<int:course_id>/order/", order.lesson_order, name="lesson_order"),
    path("teach/courses/<int:course_id>/lessons/", lessons.lesson_new, name="lesson_new"),
    path("teach/lessons/<int:lesson_id>/", lessons.lesson_edit, name="lesson"),
    path("teach/lessons/<int:lesson_id>/section/", builder.lesson_section, name="lesson_section"),
    path("teach/lessons/<int:lesson_id>/state/", builder.lesson_state, name="lesson_state"),
    path("teach/lessons/<int:lesson_id>/publish/", builder.lesson_publish, name="lesson_publish"),
    path("teach/lessons/<int:lesson_id>/delete/", trash.lesson_delete, name="lesson_delete"),
    path("teach/lessons/<int:lesson_id>/restore/", trash.lesson_restore, name="lesson_restore"),
    path("teach/lessons/<int:lesson_id>/order/", order.activity_order, name="activity_order"),
    path(
        "teach/lessons/<int:lesson_id>/activities/",
        activities.activity_new,
        name="activity_new",
    ),
    path("teach/activities/<int:activity_id>/", activities.activity_edit, name="activity"),
    path(
        "teach/activities/<int:activity_id>/state/", builder.activity_state, name="activity_state"
    ),
    path(
        "teach/activities/<int:activity_id>/delete/", trash.activity_delete, name="activity_delete"
    ),
    path(
        "teach/activities/<int:activity_id>/restore/",
        trash.activity_restore,
        name="activity_restore",
    ),
]
