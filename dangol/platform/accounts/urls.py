from django.urls import path

from dangol.platform.accounts import company, views
from dangol.platform.accounts.api_keys import views as keys
from dangol.platform.accounts.doors import views as entry
from dangol.platform.accounts.own import views as own
from dangol.platform.accounts.roles import views as roles
from dangol.platform.accounts.staff import views as staff
from dangol.platform.accounts.teams import views as teams

app_name = "accounts"
urlpatterns = [
    path("login", entry.login, name="login"),
    path("login/code", entry.login_code, name="login_code"),
    path("logout", entry.logout, name="logout"),
    path("forgotten", entry.forgotten, name="forgotten"),
    path("new-password/<str:token>", entry.new_password, name="new_password"),
    path("enter/<str:token>", entry.enter, name="enter"),
    path("join/<str:token>", staff.join, name="join"),
    path("me", views.profile, name="profile"),
    path("me/language", views.language, name="language"),
    path("me/theme", views.theme, name="theme"),
    path("me/password", own.password, name="password"),
    path("me/second-step", own.second_step, name="second_step"),
    path("me/second-step/change", own.change_second_step, name="change_second_step"),
    path("me/sessions", own.sessions, name="sessions"),
    path("me/keys", own.keys, name="keys"),
    path("me/keys/<int:number>/end", own.end_key, name="end_key"),
    path("setup", company.overview, name="setup"),
    path("setup/company", company.profile, name="company"),
    path("setup/company/logo", company.change_logo, name="change_logo"),
    path("setup/staff", staff.listing, name="staff"),
    path("setup/staff/invite", staff.invite, name="invite"),
    path("setup/staff/<int:number>", staff.account, name="account"),
    path("setup/staff/<int:number>/<str:what>", staff.act, name="account_act"),
    path("setup/invitations/<int:number>/<str:what>", staff.change_invitation, name="change_invitation"),
    path("setup/staff/teams", teams.listing, name="teams"),
    path("setup/staff/teams/<int:number>", teams.team, name="team"),
    path("setup/staff/teams/<int:number>/delete", teams.delete, name="delete_team"),
    path("setup/staff/roles", roles.listing, name="roles"),
    path("setup/staff/roles/matrix", roles.matrix, name="matrix"),
    path("setup/staff/roles/<int:number>", roles.editor, name="role"),
    path("setup/staff/roles/<int:number>/<str:what>", roles.act, name="role_act"),
    path("setup/staff/sign-in", views.sign_in_rules, name="sign_in_rules"),
    path("setup/staff/keys", keys.listing, name="all_keys"),
    path("logo.png", company.logo_png, name="logo"),
]
