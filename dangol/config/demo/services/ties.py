"""What hangs on the demo company's people and firms: details, further addresses, work, households, relations, groups.

A modest amount, told by the place of a row among the invented ones, so that it is the same in every house.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from dangol.core.customers.contact_points.rules.regions import clean_region
from dangol.core.customers.contact_points.services import found_again

_OCCUPATIONS = {
    "ko": ("회사원", "자영업", "공무원", "교사", "간호사", "개발자", "학생", "주부", "디자이너"),
    "en": ("Office worker", "Self-employed", "Civil servant", "Teacher", "Nurse", "Developer", "Student", "Homemaker",
           "Designer"),
}  # fmt: skip
_WORDS = {
    "ko": ("가입 양식", "명함", "이사", "본사", "{} 가족", "처음 소개해 준 분"),
    "en": ("Sign-up form", "Business card", "Director", "Head office", "{} family", "Brought the first order"),
}
_REGIONS = {
    "수원": "KR-41", "성남": "KR-41", "고양": "KR-41", "용인": "KR-41", "창원": "KR-48", "청주": "KR-43",
    "전주": "KR-45", "천안": "KR-44", "포항": "KR-47", "춘천": "KR-42", "강릉": "KR-42", "원주": "KR-42",
    "여수": "KR-46",
    "Suwon": "KR-41", "Seongnam": "KR-41", "Goyang": "KR-41", "Yongin": "KR-41", "Changwon": "KR-48",
    "Cheongju": "KR-43", "Jeonju": "KR-45", "Cheonan": "KR-44", "Pohang": "KR-47", "Chuncheon": "KR-42",
    "Gangneung": "KR-42", "Wonju": "KR-42", "Yeosu": "KR-46", "안양": "KR-41", "Anyang": "KR-41", "부천": "KR-41",
    "Bucheon": "KR-41",
}  # fmt: skip


def store_ties(people: Sequence[int], companies: Sequence[int], language: str, today: date) -> None:
    """Store them for the people and companies with these keys, in the running transaction."""
    own: dict[str, Any] = {"people": list(people), "companies": list(companies), "today": today,
           "work": list(_OCCUPATIONS[language])}  # fmt: skip
    form, card, director, office, family, first = _WORDS[language]
    own |= {"form": form, "card": card, "director": director, "office": office, "first": first,
            "family": family.replace("{}", "%s"), "is_latin": language == "en"}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT city FROM customers_person WHERE id = ANY(%s)", [own["people"]])
        cities = [row[0] for row in cursor.fetchall()]
        regions = [_REGIONS.get(city) or clean_region(city) for city in cities]
        own |= {"cities": cities, "regions": [r if r.startswith("KR-") else "" for r in regions]}
        for statement in _STATEMENTS:
            cursor.execute(_PLACES + statement, own)
        cursor.execute("SELECT DISTINCT person_id FROM customers_contactpoint WHERE person_id = ANY(%(people)s)", own)
        found_again("person", [row[0] for row in cursor.fetchall()])
        cursor.execute("SELECT id FROM customers_household WHERE is_demo")
        found_again("household", [row[0] for row in cursor.fetchall()])


_PLACES = """
WITH who AS (SELECT id, n::int FROM unnest(%(people)s::bigint[]) WITH ORDINALITY AS p (id, n)),
firm AS (SELECT id, n::int FROM unnest(%(companies)s::bigint[]) WITH ORDINALITY AS c (id, n))
"""
_BANDS = """CASE WHEN a < 14 THEN '0' WHEN a < 20 THEN '14' WHEN a < 30 THEN '20' WHEN a < 40 THEN '30'
 WHEN a < 50 THEN '40' WHEN a < 60 THEN '50' WHEN a < 70 THEN '60' ELSE '70' END"""
_STATEMENTS = (
    f"""UPDATE customers_person p SET
      age_band = CASE WHEN p.born_on IS NOT NULL THEN (SELECT {_BANDS} FROM
          (SELECT extract(year FROM age(%(today)s::date, p.born_on))::int AS a) x)
        WHEN who.n %% 5 = 0 THEN (ARRAY['20', '30', '40', '50', '60'])[who.n / 5 %% 5 + 1] ELSE '' END,
      gender = CASE WHEN who.n %% 10 < 5 THEN 'female' WHEN who.n %% 10 < 8 THEN 'male' ELSE '' END,
      occupation = CASE WHEN who.n %% 4 = 1 THEN (%(work)s::text[])[who.n / 4 %% 9 + 1] ELSE '' END
    FROM who WHERE p.id = who.id""",
    """INSERT INTO customers_person_fact (person_id, field, value, source, basis, noted_at, is_demo)
    SELECT p.id, 'born_on', p.born_on::text, %(form)s, 'consent', p.created_at, true
    FROM customers_person p JOIN who ON who.id = p.id WHERE p.born_on IS NOT NULL AND who.n %% 2 = 0""",
    """INSERT INTO customers_contactpoint (person_id, kind, provider, value, label, source, is_demo)
    SELECT p.id, 'email', '', 'work' || who.n || '@' || split_part(p.email, '@', 2), 'work', %(card)s, true
    FROM customers_person p JOIN who ON who.id = p.id WHERE who.n %% 6 = 0 AND p.email <> ''
    UNION ALL SELECT p.id, 'messenger', 'kakaotalk', 'friend.' || who.n, 'private', %(form)s, true
    FROM customers_person p JOIN who ON who.id = p.id WHERE who.n %% 7 = 0 AND p.country = 'KR'
    UNION ALL SELECT p.id, 'phone', '', '+822' || 5550000 + who.n, 'work', %(card)s, true
    FROM customers_person p JOIN who ON who.id = p.id WHERE who.n %% 9 = 0 AND p.company_id IS NOT NULL""",
    """UPDATE customers_company c SET parent_id = top.id FROM firm, firm top
    WHERE c.id = firm.id AND firm.n <= 24 AND firm.n %% 6 <> 1 AND top.n = (firm.n - 1) / 6 * 6 + 1""",
    """INSERT INTO customers_employment (person_id, company_id, role, started_on, source, is_demo)
    SELECT p.id, p.company_id, p.job_title, p.created_at::date - 200, %(card)s, true
    FROM customers_person p JOIN who ON who.id = p.id WHERE p.company_id IS NOT NULL AND who.n %% 2 = 0
    UNION ALL SELECT p.id, firm.id, %(director)s, p.created_at::date - 30, '', true
    FROM customers_person p JOIN who ON who.id = p.id JOIN firm ON firm.n = who.n %% 20 + 1
    WHERE p.company_id IS NOT NULL AND p.company_id <> firm.id AND who.n %% 15 = 0""",
    """, home AS (INSERT INTO customers_household (name, main_person_id, address, city, country, owner_id, is_demo)
      SELECT format(%(family)s, CASE WHEN %(is_latin)s AND p.latin_name <> '' THEN p.latin_name ELSE p.name END),
        p.id, p.address, p.city, p.country, p.owner_id, true
      FROM customers_person p JOIN who ON who.id = p.id WHERE who.n %% 40 = 3 AND p.company_id IS NULL
      RETURNING id, main_person_id)
    UPDATE customers_person p SET household_id = home.id, address = m.address, city = m.city, country = m.country
    FROM home JOIN who w ON w.id = home.main_person_id JOIN customers_person m ON m.id = w.id
    JOIN who ON who.n BETWEEN w.n AND w.n + 1 WHERE p.id = who.id AND (p.id = w.id OR p.company_id IS NULL)""",
    """UPDATE customers_person p SET region = c.r FROM who,
      unnest(%(cities)s::text[], %(regions)s::text[]) AS c (city, r)
    WHERE p.id = who.id AND c.city = p.city AND c.r <> ''""",
    """INSERT INTO customers_relation (person_id, other_person_id, kind, note, is_demo)
    SELECT a.id, b.id, CASE WHEN a.n %% 40 = 3 THEN 'spouse' ELSE 'referred' END,
      CASE WHEN a.n %% 40 = 3 THEN '' ELSE %(first)s END, true
    FROM who a JOIN who b ON b.n = a.n + 1 WHERE a.n %% 40 = 3 OR a.n %% 50 = 8""",
)
