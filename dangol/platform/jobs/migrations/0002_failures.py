from django.db import migrations, models
from django.db.models.functions import Now

INDEXES = """
CREATE INDEX dangol_jobs_by_state ON procrastinate_jobs (status, queue_name, id) WHERE status <> 'succeeded';
CREATE INDEX dangol_job_events_by_moment ON procrastinate_events (at, type);
"""
DROP = "DROP INDEX dangol_jobs_by_state; DROP INDEX dangol_job_events_by_moment;"


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="JobFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job_id", models.BigIntegerField()),
                ("task", models.TextField()),
                ("attempt", models.IntegerField()),
                ("error", models.TextField()),
                ("sentence", models.TextField()),
                ("trace", models.TextField(default="")),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "jobs_failure",
                "indexes": [
                    models.Index(fields=["job_id", "-id"], name="job_failure_by_job"),
                    models.Index(fields=["at"], name="job_failure_by_moment"),
                ],
            },
        ),
        migrations.RunSQL(INDEXES, DROP),
    ]
