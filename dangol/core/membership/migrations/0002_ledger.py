"""The ledger of points: balances follow its lines within the same statement, and lines are only added."""

from django.db import migrations

from dangol.platform.db.changes import track_changes

LEDGER = """
CREATE FUNCTION membership_points_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO membership_points_account (person_id) SELECT DISTINCT person_id FROM added ORDER BY person_id
  ON CONFLICT DO NOTHING;
  UPDATE membership_points_account account SET balance = account.balance + came.points
  FROM (SELECT person_id, sum(points) AS points FROM added GROUP BY person_id) came
  WHERE came.person_id = account.person_id AND came.points <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER membership_points_added AFTER INSERT ON membership_points_entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION membership_points_added();

-- Lines that come to another person (two records turned out to be one) take their points along.
CREATE FUNCTION membership_points_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM past JOIN now USING (id) WHERE past.person_id <> now.person_id) THEN
    RETURN NULL;
  END IF;
  INSERT INTO membership_points_account AS account (person_id, balance)
  SELECT who.person_id, coalesce((SELECT sum(points) FROM membership_points_entry entry
                                  WHERE entry.person_id = who.person_id), 0)
  FROM (SELECT person_id FROM past UNION SELECT person_id FROM now) who ORDER BY 1
  ON CONFLICT (person_id) DO UPDATE SET balance = excluded.balance;
  RETURN NULL;
END $$;
CREATE TRIGGER membership_points_moved AFTER UPDATE ON membership_points_entry
  REFERENCING OLD TABLE AS past NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION membership_points_moved();

CREATE FUNCTION membership_points_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.kind, NEW.points, NEW.at, NEW.expires_on, NEW.percent, NEW.due, NEW.reason, NEW.key, NEW.recorded_at)
     IS DISTINCT FROM
     (OLD.kind, OLD.points, OLD.at, OLD.expires_on, OLD.percent, OLD.due, OLD.reason, OLD.key, OLD.recorded_at)
     OR (NEW.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id) THEN
    RAISE EXCEPTION 'membership_points_entry is a ledger; its lines are only added';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER membership_points_kept BEFORE UPDATE ON membership_points_entry
  FOR EACH ROW EXECUTE FUNCTION membership_points_kept();

-- A ledger goes only as a whole, with its person.
CREATE FUNCTION membership_points_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM gone JOIN membership_points_entry entry USING (person_id)) THEN
    RAISE EXCEPTION 'membership_points_entry is a ledger; its lines go only all at once, with their person';
  END IF;
  UPDATE membership_points_account SET balance = 0 WHERE person_id IN (SELECT person_id FROM gone);
  RETURN NULL;
END $$;
CREATE TRIGGER membership_points_gone AFTER DELETE ON membership_points_entry REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION membership_points_gone();
"""
UNDO = """
DROP TRIGGER membership_points_gone ON membership_points_entry; DROP FUNCTION membership_points_gone();
DROP TRIGGER membership_points_kept ON membership_points_entry; DROP FUNCTION membership_points_kept();
DROP TRIGGER membership_points_moved ON membership_points_entry; DROP FUNCTION membership_points_moved();
DROP TRIGGER membership_points_added ON membership_points_entry; DROP FUNCTION membership_points_added();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("db", "0001_initial"),
        ("membership", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(LEDGER, UNDO),
        track_changes("membership_points_account", "person_id"),
        track_changes("membership_member", "person_id"),
    ]
