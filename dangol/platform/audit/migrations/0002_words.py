from django.db import migrations

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
    """Addresses are forgotten with the time for which the log is kept, also where the entry itself stays."""

    dependencies = [("audit", "0001_initial"), ("events", "0003_audit_indexes")]

    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION audit_forget_addresses(timestamptz, int)"),
    ]
