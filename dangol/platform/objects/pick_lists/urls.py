"""Set-up of pick lists."""

app_name = "pick_lists"
urlpatterns: list[object] = []
