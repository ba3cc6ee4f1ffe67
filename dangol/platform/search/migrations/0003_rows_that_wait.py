import django.contrib.postgres.indexes
from django.db import migrations

WAITING_KB = 1024


def _index(model, name, field):
    """The same index from now on lets rows wait; nothing of it is built anew."""
    before = django.contrib.postgres.indexes.GinIndex(fields=[field], name=name, fastupdate=False)
    after = django.contrib.postgres.indexes.GinIndex(
        fields=[field], name=name, fastupdate=True, gin_pending_list_limit=WAITING_KB
    )
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER INDEX {name} SET (fastupdate = on, gin_pending_list_limit = {WAITING_KB})",
                f"ALTER INDEX {name} SET (fastupdate = off); ALTER INDEX {name} RESET (gin_pending_list_limit)",
            )
        ],
        state_operations=[
            migrations.RemoveIndex(model_name=model, name=before.name),
            migrations.AddIndex(model_name=model, index=after),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("search", "0002_pieces_and_words")]

    operations = [
        _index("searchentry", "search_by_piece", "pieces"),
        _index("searchword", "search_word_by_key", "keys"),
    ]
