from django.urls import path

from elearning.health import views

urlpatterns = [path("healthz", views.healthz, name="healthz")]
