from django.urls import path

from dangol.platform.accounts import company, views

app_name = "accounts"
urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("me", views.profile, name="profile"),
    path("me/language", views.language, name="language"),
    path("me/theme", views.theme, name="theme"),
    path("setup", company.overview, name="setup"),
    path("setup/company", company.profile, name="company"),
    path("setup/company/logo", company.change_logo, name="change_logo"),
    path("logo.png", company.logo_png, name="logo"),
]
