from django.db import migrations, models


class Migration(migrations.Migration):
    """What the audit log asks for, newest first: by who did it, what happened, to what, by which door and request."""

    dependencies = [("events", "0002_undo_and_bulk")]

    operations = [
        migrations.AddIndex(
            "eventrecord", models.Index(fields=["actor_id", "-occurred_at", "id"], name="event_by_actor")
        ),
        migrations.AddIndex("eventrecord", models.Index(fields=["name", "-occurred_at", "id"], name="event_by_name")),
        migrations.AddIndex(
            "eventrecord", models.Index(fields=["subject", "-occurred_at", "id"], name="event_by_kind")
        ),
        migrations.AddIndex(
            "eventrecord", models.Index(fields=["source", "-occurred_at", "id"], name="event_by_source")
        ),
        migrations.AddIndex(
            "eventrecord",
            models.Index(fields=["request_id"], name="event_by_request", condition=~models.Q(request_id="")),
        ),
    ]
