from django.urls import path

from courses.materials import views

app_name = "materials"
urlpatterns = [
    path("teach/lessons/<int:lesson_id>/uploads/", views.begin_upload, name="begin_upload"),
    path(
        "teach/activities/<int:activity_id>/uploads/", views.replace_upload, name="replace_upload"
    ),
    path("teach/activities/<int:activity_id>/upload/", views.upload_status, name="upload_status"),
    path(
        "teach/activities/<int:activity_id>/upload/<str:kind>/again/",
        views.try_again,
        name="try_again",
    ),
    path("teach/materials/", views.search, name="search"),
    path("teach/notes/preview/", views.note_preview, name="note_preview"),
    path("files/<uuid:upload_id>/<str:name>", views.file, name="file"),
    path("files/<uuid:upload_id>/<str:kind>/<str:name>", views.derivative, name="derivative"),
]
