from django.urls import path

from elearning.uploads import views

app_name = "uploads"
urlpatterns = [
    path("uploads/<uuid:upload_id>/", views.detail, name="detail"),
    path("uploads/<uuid:upload_id>/parts/", views.parts, name="parts"),
    path("uploads/<uuid:upload_id>/parts/<int:number>/", views.part, name="part"),
    path("uploads/<uuid:upload_id>/complete/", views.complete, name="complete"),
]
