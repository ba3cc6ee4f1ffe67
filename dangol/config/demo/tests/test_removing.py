from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection

from dangol.config.demo.queries import is_loaded, standing
from dangol.config.demo.services.loading import load
from dangol.config.demo.services.removing import remove
from dangol.core.catalog.products.models import Product
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Team, User
from dangol.platform.accounts.queries import actor_for, workspace
from dangol.platform.accounts.services import create_user, ensure_builtin_roles
from dangol.platform.events.models import EventRecord
from dangol.platform.search.models import SearchEntry

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TODAY = date(2026, 11, 22)
SMALL = 300
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Seoul"))
# What is written down for good, whatever goes: history and the queue.
KEPT = ("event", "event_change", "db_tombstone", "procrastinate")


def counts() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if not table.startswith(KEPT):
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
    return found


def rows_of(model):
    return model.objects.for_system("test")


@pytest.fixture
def admin(system):
    """An administrator of the house's own."""
    ensure_builtin_roles(actor=system)
    workspace()
    user = create_user(
        actor=system, email="boss@firm.test", name="Boss", password="correct horse", roles=["administrator"]
    )
    return actor_for(user)


def own_order(person, product):
    order = Order.objects.create(
        number="1", person=person, ordered_at=NOON, currency="KRW", rate=1, rate_on=NOON.date(), amount=5, value=5
    )
    Line.objects.create(
        order=order, position=1, product=product, quantity=1, unit_price=5, amount=5, value=5, occurred_at=NOON
    )
    return order


def test_removal_leaves_every_table_as_it_was(admin):
    before = counts()
    load(actor=admin, today=TODAY, customers=SMALL)
    assert counts() != before
    remove(actor=admin)
    assert counts() == before
    assert not is_loaded()


def test_what_was_removed_is_counted_and_told(admin):
    loaded = load(actor=admin, today=TODAY, customers=SMALL)
    removed = remove(actor=admin)
    assert (removed.people, removed.orders, removed.lines) == (loaded.people, loaded.orders, loaded.lines)
    assert (removed.kept_people, removed.kept_staff, removed.staff) == (0, 0, 16)
    assert EventRecord.objects.get(name="demo.removed").payload["orders"] == loaded.orders


def test_own_rows_survive(admin):
    person, product = Person.objects.create(name="Own", owner_id=admin.user_id), Product.objects.create(code="OWN")
    order = own_order(person, product)
    team = Team.objects.create(name="Own team")
    load(actor=admin, today=TODAY, customers=SMALL)
    remove(actor=admin)
    assert rows_of(Order).get() == order
    assert rows_of(Line).get().product_id == product.pk
    assert (rows_of(Person).get(), rows_of(Product).get(), Team.objects.get()) == (person, product, team)


def test_a_demo_customer_with_an_own_order_becomes_an_own_customer(admin):
    load(actor=admin, today=TODAY, customers=SMALL)
    person = rows_of(Person).filter(company__isnull=False).first()
    product = rows_of(Product).first()
    own_order(person, product)
    assert standing().people_with_own_orders == 1
    removed = remove(actor=admin)
    assert (removed.kept_people, removed.kept_companies, removed.kept_products) == (1, 1, 1)
    assert rows_of(Person).get().is_demo is False
    assert rows_of(Company).get().pk == person.company_id
    assert rows_of(Order).get().amount == Decimal(5)
    assert remove(actor=admin).people == 0


def test_an_own_customer_of_a_demo_firm_keeps_the_firm_and_loses_the_demo_owner(admin):
    load(actor=admin, today=TODAY, customers=SMALL)
    firm, seller = rows_of(Company).first(), User.objects.get(email="sales@hwaro.test")
    own = Person.objects.create(name="Own", company=firm, owner=seller)
    remove(actor=admin)
    own = rows_of(Person).get()
    assert (own.company_id, own.owner_id) == (firm.pk, None)


def test_who_removes_it_stays_though_of_the_demo_staff(system):
    load(actor=system, today=TODAY, customers=SMALL)
    helen = User.objects.get(email="admin@hwaro.test")
    assert remove(actor=actor_for(helen)).kept_staff == 1
    assert list(User.objects.all()) == [helen]


def test_the_last_administrators_stay(system):
    load(actor=system, today=TODAY, customers=SMALL)
    assert remove(actor=system).kept_staff == 2
    assert {u.email for u in User.objects.all()} == {"admin@hwaro.test", "admin.ko@hwaro.test"}


def test_nothing_of_it_is_found_by_search(admin):
    load(actor=admin, today=TODAY, customers=SMALL)
    assert SearchEntry.objects.exists()
    remove(actor=admin)
    assert not SearchEntry.objects.exists()


def test_the_warehouse_hears_of_each_row_that_went(admin):
    loaded = load(actor=admin, today=TODAY, customers=SMALL)
    remove(actor=admin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM db_tombstone WHERE table_name = 'purchases_line'")
        assert cursor.fetchone() == (loaded.lines,)


def test_the_house_has_no_name_and_no_settled_currency_again(admin):
    load(actor=admin, today=TODAY, customers=SMALL)
    remove(actor=admin)
    assert (workspace().name, workspace().is_currency_chosen) == ("", False)


def test_it_can_be_loaded_again(admin):
    first = load(actor=admin, today=TODAY, customers=SMALL)
    remove(actor=admin)
    again = load(actor=admin, today=TODAY, customers=SMALL)
    assert (again.people, again.companies, again.products) == (first.people, first.companies, first.products)
    # Other keys, other control groups: what the past campaigns brought differs by a few orders.
    assert again.orders == pytest.approx(first.orders, rel=0.02)


def test_removing_what_is_not_there_changes_and_tells_nothing(admin):
    before = EventRecord.objects.count()
    assert remove(actor=admin).people == 0
    assert EventRecord.objects.count() == before


def test_who_may_not_change_the_workspace_cannot_remove(cast):
    with pytest.raises(Forbidden):
        remove(actor=cast.actor("owner"))
