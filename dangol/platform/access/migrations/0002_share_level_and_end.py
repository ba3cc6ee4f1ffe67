from django.db import migrations, models


class Migration(migrations.Migration):
    """Shares say how far they go; those that stood already meant seeing and changing."""

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="share",
            name="ends_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="share",
            name="level",
            field=models.TextField(
                choices=[("see", "May see it"), ("change", "May see and change it")], db_default="see", default="see"
            ),
        ),
        migrations.RunSQL("UPDATE access_share SET level = 'change'", migrations.RunSQL.noop),
    ]
