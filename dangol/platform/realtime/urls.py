from django.urls import path

from dangol.platform.realtime.views import live

app_name = "realtime"
urlpatterns = [path("_live", live, name="live")]
