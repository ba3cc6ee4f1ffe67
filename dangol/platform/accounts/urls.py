from django.urls import path

from dangol.platform.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("me", views.profile, name="profile"),
    path("me/language", views.language, name="language"),
    path("me/theme", views.theme, name="theme"),
]
