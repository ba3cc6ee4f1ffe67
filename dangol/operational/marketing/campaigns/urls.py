from django.urls import path

from dangol.operational.marketing.campaigns.views import moving, pages

app_name = "campaigns"
urlpatterns = [
    path("campaigns/new", pages.new, name="new"),
    path("campaigns/<int:campaign_id>", pages.page, name="page"),
    path("campaigns/<int:campaign_id>/gate", pages.gate, name="gate"),
    path("campaigns/<int:campaign_id>/progress", pages.progress, name="progress"),
    path("campaigns/<int:campaign_id>/lift.csv", pages.lift_csv, name="lift_csv"),
    path("campaigns/<int:campaign_id>/move/<slug:name>", moving.move, name="move"),
    path("campaigns/<int:campaign_id>/again/<slug:name>", moving.copy, name="copy"),
]
