from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("identity", "0002_repoint")]

    operations = [migrations.RemoveField(model_name="pair", name="reasons")]
