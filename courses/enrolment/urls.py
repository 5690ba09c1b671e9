from django.urls import path

from courses.enrolment.views import classes, study

app_name = "enrolment"
urlpatterns = [
    path("teach/courses/<int:course_id>/classes/", classes.course_classes, name="course_classes"),
    path(
        "teach/courses/<int:course_id>/classes/<int:class_id>/",
        classes.class_add,
        name="class_add",
    ),
    path(
        "teach/courses/<int:course_id>/classes/<int:class_id>/end/",
        classes.class_end,
        name="class_end",
    ),
    path("activities/<int:activity_id>/beat/", study.beat, name="beat"),
    path("activities/<int:activity_id>/complete/", study.complete, name="complete"),
]
