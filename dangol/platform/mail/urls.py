"""Addresses of the way out and of the local catcher."""

from django.urls import path

from dangol.platform.mail import caught, views

app_name = "mail"
urlpatterns = [
    path("setup/mail", views.way, name="way"),
    path("setup/mail/test", views.test, name="test"),
    path("setup/mail/domain", views.domain, name="domain"),
    path("setup/mail/mine/<str:token>", views.own_address, name="own_address"),
    path("mail/caught", caught.listing, name="caught"),
    path("mail/caught/clear", caught.clear, name="clear"),
    path("mail/caught/<int:number>", caught.letter, name="letter"),
    path("mail/caught/<int:number>/frame", caught.frame, name="frame"),
    path("mail/caught/<int:number>/raw.eml", caught.raw, name="raw"),
]
