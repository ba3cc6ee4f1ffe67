import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['not_before'], name='message_held'),
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('tokens', models.FloatField(default=0)),
                ('filled_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'channels_pace',
            },
        ),
        migrations.CreateModel(
            name='MailAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_for', models.TextField(blank=True, default='')),
                ('reason', models.TextField(choices=[('not_ours', 'It belongs to no message of ours'), ('unreadable', 'It cannot be read'), ('too_large', 'It is too large'), ('fault', 'It could not be worked off')])),
                ('error', models.TextField(blank=True, default='')),
                ('raw', models.BinaryField()),
                ('digest', models.TextField(unique=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'channels_mail_aside',
                'indexes': [models.Index(fields=['-at', '-id'], name='mail_aside_by_moment')],
            },
        ),
    ]
