from django.db import migrations

WORDS = r"""
CREATE FUNCTION audit_words(told text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  -- Words are what stands between blanks and signs, in small letters; a line break stands in JSON as \n.
  SELECT coalesce(array_to_tsvector(array_agg(DISTINCT left(word, 200))), ''::tsvector)
  FROM unnest(string_to_array(translate(lower(replace(left(told, 20000), '\n', ' ')),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32)), ' ')) AS word WHERE word <> ''
$$;
"""
INDEXES = """
CREATE INDEX event_by_word ON event USING gin (audit_words(changes::text)) WHERE changes <> '{}'::jsonb;
CREATE INDEX change_by_word ON event_change USING gin
  (audit_words(coalesce(before::text, '') || ' ' || coalesce(after::text, '')));
"""
FORGET = """
CREATE FUNCTION audit_forget_addresses(until timestamptz, at_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE forgotten int;
BEGIN
  -- What stays for good stays without the address from which it came; nothing else of an entry is ever changed.
  until := least(until, now() - interval '6 months');
  UPDATE event SET payload = payload - 'address' WHERE id IN (
    SELECT id FROM event WHERE occurred_at < until AND payload ? 'address' ORDER BY occurred_at LIMIT at_most);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$;
"""


class Migration(migrations.Migration):
    """Old and new values are found by their words and by how these begin, those of bulk writes too.

    Addresses are forgotten with the time for which the log is kept, also where the entry itself stays.
    """

    dependencies = [("audit", "0001_initial"), ("events", "0003_audit_indexes")]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION audit_words(text)"),
        migrations.RunSQL(INDEXES, "DROP INDEX event_by_word; DROP INDEX change_by_word"),
        migrations.RunSQL(FORGET, "DROP FUNCTION audit_forget_addresses(timestamptz, int)"),
    ]
