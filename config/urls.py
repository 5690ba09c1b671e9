"""Every address of the site, by slice."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from accounts.requests import operators_only
from config.home import home
from elearning.db.views import degraded
from elearning.health.status_page import status

admin.autodiscover()
with_second_step = secure_admin_login(admin.site.login)  # type: ignore[no-untyped-call]
admin.site.login = with_second_step  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("elearning.uploads.urls")),
    path("", include("elearning.health.urls")),
    path("degraded/", degraded, name="degraded"),
    path("office/status/", operators_only(status), name="status"),
    path("", include("courses.catalog.urls")),
    path("", include("courses.enrolment.urls")),
    path("", include("courses.materials.urls")),
    path("", include("courses.learning.urls")),
    path("", include("courses.reports.urls")),
    path("admin/", admin.site.urls),
]
