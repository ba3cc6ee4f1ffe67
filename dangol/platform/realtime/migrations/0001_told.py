from django.db import migrations

# Each event tells of its record, and of the person it is about, when its transaction commits: those of services and
# those that are written as SQL. A bulk event without a record tells of all records of its kind. What hangs on a record
# (a note, a file) names it in its payload.
TELL = """
CREATE FUNCTION dangol_tell_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dangol_live', NEW.subject || ' ' || coalesce(NEW.subject_id::text, '*'));
  IF NEW.about_id IS NOT NULL AND (NEW.subject <> 'person' OR NEW.about_id IS DISTINCT FROM NEW.subject_id) THEN
    PERFORM pg_notify('dangol_live', 'person ' || NEW.about_id);
  END IF;
  IF NEW.payload ? 'object_name' AND NEW.payload ->> 'record_id' ~ '^[0-9]{1,18}$'
     AND NEW.payload ->> 'object_name' ~ '^[a-z0-9_]{1,63}$' THEN
    PERFORM pg_notify('dangol_live', (NEW.payload ->> 'object_name') || ' ' || (NEW.payload ->> 'record_id'));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_told AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION dangol_tell_event();
"""
DROP = "DROP TRIGGER event_told ON event; DROP FUNCTION dangol_tell_event();"


class Migration(migrations.Migration):
    """Events tell open pages of themselves."""

    initial = True
    dependencies = [("events", "0003_audit_indexes")]
    operations = [migrations.RunSQL(TELL, DROP)]
