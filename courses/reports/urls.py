"""The pages of teachers and operators about progress."""

from django.urls import path

from courses.reports import views

app_name = "reports"
urlpatterns = [
    path("office/storage/", views.storage, name="storage"),
    path("teach/classes/", views.classes, name="classes"),
    path("teach/classes/<int:class_id>/", views.class_matrix, name="class"),
    path("teach/classes/<int:class_id>/progress.csv", views.class_csv, name="class_csv"),
    path("teach/classes/<int:class_id>/students/<int:student_id>/", views.student, name="student"),
]
