import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

EVENTS = r"""
CREATE INDEX event_by_word ON event USING gin (to_tsvector('simple'::regconfig, translate(left(changes::text, 20000),
  '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '))) WHERE changes <> '{}'::jsonb
"""
LIGHTER = "DROP INDEX IF EXISTS event_by_word, change_by_word; DROP FUNCTION IF EXISTS audit_words(text)"
REMOVE = """
CREATE OR REPLACE FUNCTION audit_remove(names text[], until timestamptz, at_most int, OUT removed int,
  OUT row_count int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone uuid[];
BEGIN
  -- Whatever is asked, what is younger than half a year stays, and so do consent and what the log tells of itself.
  until := least(until, now() - interval '6 months');
  SELECT array_agg(id) INTO gone FROM (
    SELECT id FROM event WHERE occurred_at < until AND name = ANY (names)
      AND name !~ '^(consent|suppression|purpose|wording|audit)[._]'
    ORDER BY occurred_at LIMIT at_most) old;
  DELETE FROM audit_words_of_rows WHERE event_id = ANY (gone);
  DELETE FROM event_change WHERE event_id = ANY (gone);
  GET DIAGNOSTICS row_count = ROW_COUNT;
  DELETE FROM events_delivery WHERE event_id = ANY (gone);
  DELETE FROM event WHERE id = ANY (gone);
  GET DIAGNOSTICS removed = ROW_COUNT;
END $$;
"""


class Migration(migrations.Migration):
    """Old and new values are found by their words. Rows of bulk writes are noted a hundred at a time, by a job: an index
    over each of them made the writes many times as long."""

    dependencies = [("audit", "0002_words")]

    operations = [
        migrations.CreateModel(
            name="WordsOfRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_row", models.BigIntegerField()),
                ("last_row", models.BigIntegerField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="events.eventrecord",
                    ),
                ),
            ],
            options={
                "db_table": "audit_words_of_rows",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="audit_by_word"),
                    models.Index(fields=["event"], name="audit_words_by_event"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordsPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("xid", models.BigIntegerField(default=0)),
                ("event_id", models.UUIDField()),
            ],
            options={"db_table": "audit_words_place"},
        ),
        migrations.RunSQL(LIGHTER, migrations.RunSQL.noop),
        migrations.RunSQL(EVENTS, migrations.RunSQL.noop),
        migrations.RunSQL(REMOVE, migrations.RunSQL.noop),
    ]
