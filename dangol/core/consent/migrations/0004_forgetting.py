"""What events said of somebody who was erased, taken out by functions of the owner; that they happened stays."""

from django.db import migrations

EVENTS = """
CREATE FUNCTION consent_forget_events(person bigint, subjects jsonb, OUT forgotten int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE about text; ids bigint[]; touched int;
BEGIN
  -- Nothing is ever taken out of the log of somebody of whom no erasure is written down.
  IF NOT EXISTS (SELECT FROM consent_erasure WHERE person_number = person AND finished_at IS NULL) THEN
    RAISE EXCEPTION 'there is no erasure of person % under way', person;
  END IF;
  forgotten := 0;
  FOR about, ids IN
    SELECT 'person', ARRAY[person]
    UNION ALL SELECT key, ARRAY(SELECT jsonb_array_elements_text(value)::bigint) FROM jsonb_each(subjects)
  LOOP
    UPDATE event SET changes = '{}', payload = '{}', reason = ''
      WHERE subject = about AND subject_id = ANY (ids) AND event.name <> 'person.erased';
    GET DIAGNOSTICS touched = ROW_COUNT;
    forgotten := forgotten + touched;
    UPDATE event_change SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}'::jsonb END,
        after = CASE WHEN after IS NULL THEN NULL ELSE '{}'::jsonb END
      WHERE subject = about AND subject_id = ANY (ids);
    GET DIAGNOSTICS touched = ROW_COUNT;
    forgotten := forgotten + touched;
  END LOOP;
  UPDATE event SET changes = '{}', payload = '{}', reason = '' WHERE about_id = person;
  GET DIAGNOSTICS touched = ROW_COUNT;
  forgotten := forgotten + touched;
  UPDATE event_change SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}'::jsonb END,
      after = CASE WHEN after IS NULL THEN NULL ELSE '{}'::jsonb END
    WHERE about_id = person;
  GET DIAGNOSTICS touched = ROW_COUNT;
  forgotten := forgotten + touched;
END $$;

CREATE FUNCTION consent_forget_marks(person bigint, marks text[], OUT forgotten int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mark text; pattern text; touched int;
BEGIN
  IF NOT EXISTS (SELECT FROM consent_erasure WHERE person_number = person AND finished_at IS NULL) THEN
    RAISE EXCEPTION 'there is no erasure of person % under way', person;
  END IF;
  forgotten := 0;
  FOREACH mark IN ARRAY marks LOOP
    pattern := regexp_replace(mark, '([^[:alnum:]])', '\\\\\\1', 'g');
    UPDATE event SET changes = regexp_replace(changes::text, pattern, '[erased]', 'gi')::jsonb,
        payload = regexp_replace(payload::text, pattern, '[erased]', 'gi')::jsonb,
        reason = regexp_replace(reason, pattern, '[erased]', 'gi')
      WHERE position(lower(mark) in lower(changes::text || payload::text || reason)) > 0;
    GET DIAGNOSTICS touched = ROW_COUNT;
    forgotten := forgotten + touched;
    UPDATE event_change SET before = regexp_replace(before::text, pattern, '[erased]', 'gi')::jsonb,
        after = regexp_replace(after::text, pattern, '[erased]', 'gi')::jsonb
      WHERE position(lower(mark) in lower(coalesce(before::text, '') || coalesce(after::text, ''))) > 0;
    GET DIAGNOSTICS touched = ROW_COUNT;
    forgotten := forgotten + touched;
  END LOOP;
END $$;
"""
UNDO = "DROP FUNCTION consent_forget_marks(bigint, text[]); DROP FUNCTION consent_forget_events(bigint, jsonb);"


class Migration(migrations.Migration):
    """The application may not change events; it may have what an erased person's said emptied, and nothing else."""

    dependencies = [("consent", "0003_law_and_rights"), ("events", "0003_audit_indexes")]

    operations = [migrations.RunSQL(EVENTS, UNDO)]
