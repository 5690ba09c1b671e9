from django.urls import path

from courses.learning import views

app_name = "learning"
urlpatterns = [
    path("courses/", views.courses, name="courses"),
    path("courses/<int:course_id>/", views.course, name="course"),
    path("activities/<int:activity_id>/", views.activity, name="activity"),
    path("children/<int:child_id>/", views.child, name="child"),
]
