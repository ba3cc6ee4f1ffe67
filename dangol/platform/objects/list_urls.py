"""Addresses of a list in its shapes: /<slug>/cards, /<slug>/filter, /<slug>/views."""

from django.urls import path

from dangol.platform.objects import board_views, filter_views, quick_views, view_views

paths = [
    path("<slug:slug>/cards", board_views.cards, name="cards"),
    path("<slug:slug>/sums", board_views.added_up, name="sums"),
    path("<slug:slug>/condition", filter_views.condition, name="condition"),
    path("<slug:slug>/filter", filter_views.build, name="filter"),
    path("<slug:slug>/filter/found", filter_views.found, name="filter_found"),
    path("<slug:slug>/values", filter_views.values, name="values"),
    path("<slug:slug>/quick", quick_views.quick, name="quick"),
    path("<slug:slug>/views", view_views.kept, name="kept_views"),
    path("<slug:slug>/views/default", view_views.default, name="default_view"),
    path("<slug:slug>/views/<int:view_id>/change", view_views.change, name="change_view"),
    path("<slug:slug>/views/<int:view_id>/copy", view_views.copy, name="copy_view"),
    path("<slug:slug>/views/<int:view_id>/pin", view_views.pin, name="pin_view"),
    path("<slug:slug>/views/<int:view_id>/delete", view_views.delete, name="delete_view"),
    path("<slug:slug>/<int:record_id>/move", board_views.move, name="move"),
]
