from django.db import migrations

FORGET = """
DROP FUNCTION audit_forget_addresses(timestamptz, int);
CREATE FUNCTION audit_forget_addresses(names text[], until timestamptz, at_most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE forgotten int;
BEGIN
  -- What stays for good stays without the address from which it came; nothing else of an entry is ever changed.
  until := least(until, now() - interval '6 months');
  UPDATE event SET payload = payload - 'address' WHERE id IN (
    SELECT id FROM event WHERE name = ANY (names) AND occurred_at < until AND payload ? 'address' LIMIT at_most);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$;
"""


class Migration(migrations.Migration):
    """Only the few kinds of entries that stay and came from an address are looked at, by their index."""

    dependencies = [("audit", "0003_words_by_job")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
