import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """The entries are made anew, with a place for each field; the job `search.rebuild` fills them after the start."""

    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.DeleteModel("SearchEntry"),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_name", models.TextField(db_collation="C")),
                ("record_id", models.BigIntegerField()),
                ("title", models.TextField(db_collation="C")),
                ("text", models.TextField(db_collation="C")),
                ("pieces", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["pieces"], name="search_by_piece"
                    ),
                    models.Index(fields=["object_name", "title", "record_id"], name="search_by_title"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["object_name", "record_id"], name="search_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField(db_collation="C")),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word"], name="search_word"),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["keys"], name="search_word_by_key"
                    ),
                ],
            },
        ),
        # What is common and what is rare decides how a search is made; more of it is remembered than usual.
        migrations.RunSQL(
            "ALTER TABLE search_searchentry ALTER COLUMN pieces SET STATISTICS 300",
            "ALTER TABLE search_searchentry ALTER COLUMN pieces SET STATISTICS -1",
        ),
    ]
