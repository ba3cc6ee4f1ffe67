"""The one way by which rows that are kept for good change whom they belong to: from one of two merged records to the
other, while such a merge stands in the journal. Nothing else of them can be changed by it."""

from django.db import migrations

REPOINT = """
CREATE FUNCTION identity_repoint(place text, link text, row_key text, source bigint, target bigint, keys text[])
RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF link NOT IN ('person_id', 'company_id') OR place IN ('event', 'event_change') OR NOT EXISTS (
    SELECT FROM identity_merge WHERE undone_at IS NULL
    AND ((survivor_id = target AND loser_id = source) OR (survivor_id = source AND loser_id = target))) THEN
    RAISE EXCEPTION 'rows of % go from % to % only by a merge', place, source, target;
  END IF;
  RETURN QUERY EXECUTE format(
    'UPDATE %I SET %I = $1 WHERE %I = $2 AND %I::text = ANY($3) RETURNING %I::text', place, link, link, row_key,
    row_key) USING target, source, keys;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("identity", "0001_initial")]

    operations = [
        migrations.RunSQL(
            REPOINT, "DROP FUNCTION identity_repoint(text, text, text, bigint, bigint, text[]);"
        ),
    ]
