"""Triggers that stamp each change of a tracked table, so that an incremental reader skips nothing."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

FUNCTIONS = """
CREATE FUNCTION dangol_stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := now();
  NEW.changed_xid := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE FUNCTION dangol_note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO db_tombstone (table_name, key, xid) SELECT %L, %I, pg_current_xact_id() FROM gone',
                 TG_TABLE_NAME, TG_ARGV[0]);
  RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION dangol_stamp_change(); DROP FUNCTION dangol_note_removal();"


def install_functions() -> RunSQL:
    """Return the migration operation that creates the trigger functions; once for an installation."""
    return RunSQL(FUNCTIONS, DROP_FUNCTIONS)


def track_changes(table: str, key: str = "id") -> RunSQL:
    """Return the migration operation that stamps updates of `table` and notes its deletes by `key`.

    The index lets an incremental reader find what changed in proportion to the changes, not to the table.
    """
    return RunSQL(
        f"CREATE TRIGGER {table}_stamp BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION dangol_stamp_change();"
        f"CREATE TRIGGER {table}_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
        f" FOR EACH STATEMENT EXECUTE FUNCTION dangol_note_removal('{key}');"
        f"CREATE INDEX {table}_by_xid ON {table} (changed_xid);",
        f"DROP INDEX {table}_by_xid; DROP TRIGGER {table}_stamp ON {table}; DROP TRIGGER {table}_gone ON {table};",
    )


def keep_for_good(table: str) -> RunSQL:
    """Return the migration operation that lets the plain role only add to `table`, never change or delete."""
    return RunSQL(
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF current_user = (SELECT tableowner FROM pg_tables WHERE schemaname = TG_TABLE_SCHEMA"
        f" AND tablename = TG_TABLE_NAME) THEN RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END IF;"
        f" RAISE EXCEPTION '{table} is kept for good; rows are only added'; END $$;"
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_is_kept();",
        f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_is_kept();",
    )
