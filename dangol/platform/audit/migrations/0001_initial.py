from django.db import migrations, models

REMOVE = """
CREATE FUNCTION audit_remove(names text[], until timestamptz, at_most int, OUT removed int, OUT row_count int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone uuid[];
BEGIN
  -- Whatever is asked, what is younger than half a year stays, and so do consent and what the log tells of itself.
  until := least(until, now() - interval '6 months');
  SELECT array_agg(id) INTO gone FROM (
    SELECT id FROM event WHERE occurred_at < until AND name = ANY (names)
      AND name !~ '^(consent|suppression|purpose|wording|audit)[._]'
    ORDER BY occurred_at LIMIT at_most) old;
  DELETE FROM event_change WHERE event_id = ANY (gone);
  GET DIAGNOSTICS row_count = ROW_COUNT;
  DELETE FROM events_delivery WHERE event_id = ANY (gone);
  DELETE FROM event WHERE id = ANY (gone);
  GET DIAGNOSTICS removed = ROW_COUNT;
END $$;
"""


class Migration(migrations.Migration):
    """How long the log is kept, and the only way in which entries are removed: by a function of the owner's role."""

    initial = True

    dependencies = [("events", "0003_audit_indexes")]

    operations = [
        migrations.CreateModel(
            name="AuditPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField(null=True)),
            ],
            options={"db_table": "audit_policy"},
        ),
        migrations.RunSQL(REMOVE, "DROP FUNCTION audit_remove(text[], timestamptz, int)"),
    ]
