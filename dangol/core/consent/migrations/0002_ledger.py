"""The ledger is only added to, and what holds now follows it within the same statement; the purposes to begin with."""

from django.db import migrations

LEDGER = """
CREATE FUNCTION consent_keep_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO consent_state (person_id, purpose_id, channel, is_for_night, state, at, record_id)
  SELECT DISTINCT ON (person_id, purpose_id, channel, is_for_night)
         person_id, purpose_id, channel, is_for_night, state, at, id
  FROM added
  ORDER BY person_id, purpose_id, channel, is_for_night, at DESC, id DESC
  ON CONFLICT (person_id, purpose_id, channel, is_for_night) DO UPDATE
  SET state = EXCLUDED.state, at = EXCLUDED.at, record_id = EXCLUDED.record_id
  WHERE (EXCLUDED.at, EXCLUDED.record_id) > (consent_state.at, consent_state.record_id);
  RETURN NULL;
END $$;
CREATE TRIGGER consent_record_added AFTER INSERT ON consent_record REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION consent_keep_state();

CREATE FUNCTION consent_record_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = (SELECT tableowner FROM pg_tables WHERE schemaname = TG_TABLE_SCHEMA
                     AND tablename = TG_TABLE_NAME) THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  -- People who were invented take their invented consent with them; nobody else's is ever deleted here.
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM customers_person WHERE id = OLD.person_id AND NOT is_demo) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'consent_record is kept for good; rows are only added';
END $$;
CREATE TRIGGER consent_record_kept BEFORE UPDATE OR DELETE ON consent_record
  FOR EACH ROW EXECUTE FUNCTION consent_record_is_kept();
"""
UNDO = """
DROP TRIGGER consent_record_kept ON consent_record; DROP FUNCTION consent_record_is_kept();
DROP TRIGGER consent_record_added ON consent_record; DROP FUNCTION consent_keep_state();
"""

PURPOSES = (
    ("offers", "Offers", "혜택과 할인", "Discounts, coupons and offers that fit what you bought.",
     "구매하신 상품에 어울리는 할인, 쿠폰, 추천 상품을 보내 드립니다.", 10),
    ("news", "News", "소식", "New products, stories and events, about once a month.",
     "새로운 상품과 이야기, 행사 소식을 한 달에 한 번쯤 보내 드립니다.", 20),
)
WORDINGS = {
    "ko": "{label} 안내를 이메일, 문자, 카카오톡 가운데 제가 고른 방법으로 받는 데 동의합니다. 동의하지 않아도 서비스를 "
          "이용할 수 있고, 언제든지 비용 없이 철회할 수 있습니다.",
    "en": "I agree to receive {label} by the ways that I chose: e-mail, text message or KakaoTalk. I can use the service "
          "without agreeing, and withdraw at any time at no cost.",
}


def add_purposes(apps, schema_editor):
    using = schema_editor.connection.alias
    Purpose, Wording = apps.get_model("consent", "Purpose"), apps.get_model("consent", "Wording")
    for code, label_en, label_ko, description_en, description_ko, place in PURPOSES:
        purpose = Purpose.objects.using(using).create(
            code=code, label_en=label_en, label_ko=label_ko, description_en=description_en,
            description_ko=description_ko, place=place,
        )
        for language, label in (("ko", label_ko), ("en", label_en)):
            Wording.objects.using(using).create(
                purpose=purpose, version=1, language=language, text=WORDINGS[language].format(label=label)
            )


class Migration(migrations.Migration):

    dependencies = [
        ("consent", "0001_initial"),
        ("customers", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(LEDGER, UNDO),
        migrations.RunPython(add_purposes, migrations.RunPython.noop),
    ]
