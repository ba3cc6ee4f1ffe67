from django.urls import path

from dangol.core.behavior.visitors import views

app_name = "visitors"
urlpatterns = [
    path("visitors/<int:visitor_id>/cut", views.cut, name="cut"),
    path("visitors/cuts/<int:cut_id>/undo", views.rejoin, name="rejoin"),
    path("setup/sources/<int:source_id>/trust", views.trust, name="trust"),
    path("setup/sources/<int:source_id>/trust/secret", views.secret, name="secret"),
]
