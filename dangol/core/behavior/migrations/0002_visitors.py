import dangol.platform.access.guard
import dangol.platform.db.models
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from dangol.platform.db.changes import track_changes


class Migration(migrations.Migration):

    dependencies = [
        ('behavior', '0001_initial'),
        ('catalog', '0002_custom_fields'),
        ('customers', '0002_custom_fields'),
        ('purchases', '0003_custom_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Trust',
            fields=[
                ('source', dangol.platform.access.guard.OneLink(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='behavior.source')),
                ('believes', models.TextField(choices=[('nothing', 'Nobody: visitors stay without a name'), ('signed', 'Only names that your server has signed'), ('everything', 'Every name: only your own servers know the key')], db_default='signed', default='signed', verbose_name='Who is believed')),
                ('secret_turn', models.IntegerField(db_default=0, default=0)),
                ('believes_address', models.BooleanField(db_default=False, default=False, verbose_name='A believed name may be an e-mail address')),
                ('believes_links', models.BooleanField(db_default=True, default=True, verbose_name='Links of our mails make known')),
                ('makes_people', models.BooleanField(db_default=False, default=False, verbose_name='Names that nobody has become people')),
                ('makes_orders', models.BooleanField(db_default=False, default=False, verbose_name='Completed orders become orders')),
                ('shop', models.TextField(blank=True, db_default='', default='', verbose_name='Name of the shop in orders and external ids')),
            ],
            options={
                'db_table': 'behavior_trust',
            },
        ),
        migrations.CreateModel(
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_xid', dangol.platform.db.models.XidField(db_default=dangol.platform.db.models.CurrentTransaction(), editable=False)),
                ('anonymous_id', models.TextField(blank=True, db_default='', default='')),
                ('user_id', models.TextField(blank=True, db_default='', default='')),
                ('how', models.TextField(blank=True, choices=[('sign_in', 'Signed in'), ('address', 'Gave an address that was verified'), ('link', 'Opened a signed link'), ('order', 'Ordered'), ('staff', 'Set by hand')], db_default='', default='')),
                ('known_at', models.DateTimeField(null=True)),
                ('proved_at', models.DateTimeField(null=True)),
                ('traits', models.JSONField(db_default={}, default=dict)),
                ('is_doubtful', models.BooleanField(db_default=False, default=False)),
                ('split', models.BigIntegerField(db_default=0, default=0)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('person', dangol.platform.access.guard.Link(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.person')),
                ('source', dangol.platform.access.guard.Link(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='behavior.source')),
            ],
            options={
                'db_table': 'behavior_visitor',
                'abstract': False,
                'base_manager_name': 'plain',
                'default_manager_name': 'plain',
            },
            managers=[
                ('plain', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('event_count', models.IntegerField(db_default=0, default=0)),
                ('page_count', models.IntegerField(db_default=0, default=0)),
                ('landed_at', models.DateTimeField(null=True)),
                ('landing', models.TextField(blank=True, db_default='', default='')),
                ('landing_title', models.TextField(blank=True, db_default='', default='')),
                ('referrer', models.TextField(blank=True, db_default='', default='')),
                ('campaign', models.JSONField(db_default={}, default=dict)),
                ('device', models.TextField(blank=True, choices=[('desktop', 'Computer'), ('phone', 'Phone'), ('tablet', 'Tablet'), ('', 'Unknown')], db_default='', default='')),
                ('visitor', dangol.platform.access.guard.Link(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='behavior.visitor')),
            ],
            options={
                'db_table': 'behavior_visit',
                'abstract': False,
                'base_manager_name': 'plain',
                'default_manager_name': 'plain',
            },
            managers=[
                ('plain', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.TextField(choices=[('viewed', 'Viewed'), ('listed', 'Browsed a list'), ('searched', 'Searched'), ('carted', 'Put into the basket'), ('uncarted', 'Taken out of the basket'), ('cart', 'Looked into the basket'), ('checkout', 'Went to the checkout'), ('ordered', 'Ordered'), ('bought', 'Bought'), ('refunded', 'Order refunded'), ('cancelled', 'Order cancelled'), ('wished', 'Put on the wish list'), ('unwished', 'Taken off the wish list'), ('shared', 'Shared'), ('reviewed', 'Reviewed'), ('played', 'Began to play'), ('played_out', 'Played to the end'), ('watched', 'Began to watch'), ('watched_out', 'Watched to the end')])),
                ('code', models.TextField(blank=True, db_default='', default='')),
                ('name', models.TextField(blank=True, db_default='', default='')),
                ('category', models.TextField(blank=True, db_default='', default='')),
                ('words', models.TextField(blank=True, db_default='', default='')),
                ('title', models.TextField(blank=True, db_default='', default='')),
                ('order_number', models.TextField(blank=True, db_default='', default='')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('value', models.DecimalField(decimal_places=6, max_digits=22, null=True)),
                ('currency', models.CharField(blank=True, db_default='', default='', max_length=3)),
                ('order', dangol.platform.access.guard.Link(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='purchases.order')),
                ('product', dangol.platform.access.guard.Link(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.product')),
                ('visitor', dangol.platform.access.guard.Link(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='behavior.visitor')),
            ],
            options={
                'db_table': 'behavior_touch',
                'abstract': False,
                'base_manager_name': 'plain',
                'default_manager_name': 'plain',
            },
            managers=[
                ('plain', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Cut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anonymous_id', models.TextField(blank=True, db_default='', default='')),
                ('user_id', models.TextField(blank=True, db_default='', default='')),
                ('how', models.TextField(blank=True, choices=[('sign_in', 'Signed in'), ('address', 'Gave an address that was verified'), ('link', 'Opened a signed link'), ('order', 'Ordered'), ('staff', 'Set by hand')], db_default='', default='')),
                ('known_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, db_default='', default='', verbose_name='Reason')),
                ('cut_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('cut_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', dangol.platform.access.guard.Link(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.person')),
                ('source', dangol.platform.access.guard.Link(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='behavior.source')),
                ('visitor', dangol.platform.access.guard.Link(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='behavior.visitor')),
            ],
            options={
                'db_table': 'behavior_cut',
                'abstract': False,
                'base_manager_name': 'plain',
                'default_manager_name': 'plain',
            },
            managers=[
                ('plain', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='visitor',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person', 'id'], name='visitor_by_person'),
        ),
        migrations.AddIndex(
            model_name='visitor',
            index=models.Index(condition=models.Q(('person', None), models.Q(('user_id', ''), _negated=True)), fields=['source', 'user_id'], name='visitor_to_find'),
        ),
        migrations.AddConstraint(
            model_name='visitor',
            constraint=models.UniqueConstraint(fields=('source', 'anonymous_id', 'user_id', 'person', 'split'), name='visitor_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['visitor', '-started_at', 'id'], name='visit_by_visitor'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['started_at'], name='visit_by_start'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['visitor', '-at', 'id'], name='touch_by_visitor'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('product__isnull', False)), fields=['product', '-at'], name='touch_by_product'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('order__isnull', False)), fields=['order'], name='touch_by_order'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('order', None), models.Q(('order_number', ''), _negated=True)), fields=['order_number', 'id'], name='touch_to_link'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('product', None), models.Q(('code', ''), _negated=True)), fields=['code'], name='touch_to_meet'),
        ),
        migrations.AddConstraint(
            model_name='cut',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('source', 'anonymous_id', 'user_id', 'person'), name='cut_once'),
        ),
        track_changes('behavior_visitor'),
    ]
