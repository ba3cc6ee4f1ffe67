"""Addresses of orders beside the generic ones."""

from django.urls import path

from dangol.core.purchases.orders import views

app_name = "orders"
urlpatterns = [path("orders/new", views.create, {"slug": "orders"}, name="new")]
