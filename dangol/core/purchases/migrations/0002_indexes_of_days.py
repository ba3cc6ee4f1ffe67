from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('purchases', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['ordered_at'], include=('person', 'kind', 'value'), name='order_in_days'),
        ),
        migrations.RemoveIndex(
            model_name='line',
            name='line_by_product',
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(fields=['product', 'order'], include=('quantity', 'kind', 'value'), name='line_by_product'),
        ),
    ]
