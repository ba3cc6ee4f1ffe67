"""How columns are called that many objects have, in English and Korean, best names first."""

from __future__ import annotations

# fmt: off
BY_FIELD: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "display name", "title", "이름", "성명", "성함", "명칭", "제목"),
    "email": (
        "email", "e-mail", "email address", "mail", "primary email", "work email", "e-mail address", "email 1",
        "e-mail 1 - value", "이메일", "이메일 주소", "이메일주소", "메일", "메일주소", "전자우편",
    ),
    "phone": (
        "phone", "phone number", "mobile", "mobile phone", "mobile phone number", "mobile number", "cell phone", "cell",
        "telephone", "tel", "primary phone", "work phone", "phone 1 - value", "contact number", "휴대폰", "휴대폰번호",
        "휴대전화", "휴대폰 번호", "핸드폰", "핸드폰번호", "전화번호", "전화", "연락처", "대표전화",
    ),
    "company": (
        "company", "company name", "account name", "account", "organization", "organisation", "organization name",
        "employer", "회사", "회사명", "소속", "거래처", "거래처명", "업체명", "상호", "법인명", "기관",
    ),
    "job_title": ("job title", "title", "position", "role", "job", "function", "직책", "직함", "직위", "역할", "직급"),
    "country": ("country", "country/region", "country code", "nation", "mailing country", "국가", "나라", "국적",
                "국가코드"),
    "city": ("city", "town", "mailing city", "city/town", "도시", "시", "시군구", "도시명"),
    "address": (
        "address", "street address", "street", "address 1", "address1", "mailing street", "postal address",
        "address line 1",
        "주소", "기본주소", "도로명주소", "배송지주소", "배송지", "우편주소",
    ),
    "language": ("language", "preferred language", "locale", "언어", "사용언어"),
    "born_on": ("birthday", "date of birth", "birth date", "birthdate", "dob", "born", "생일", "생년월일", "출생일"),
    "source": ("source", "lead source", "original source", "channel", "유입경로", "경로", "출처", "가입경로"),
    "owner": ("owner", "contact owner", "account owner", "company owner", "assigned to", "salesperson", "owner name",
              "담당자", "담당", "영업담당", "담당직원"),
    "website": ("website", "web site", "url", "homepage", "website url", "company domain name", "domain", "홈페이지",
                "웹사이트", "사이트"),
    "industry": ("industry", "sector", "business type", "업종", "산업", "업태"),
    "registration_number": (
        "registration number", "company number", "vat", "vat number", "tax id", "business number",
        "사업자등록번호", "사업자번호", "등록번호", "법인번호",
    ),
    "code": ("code", "sku", "product code", "item code", "stock code", "variant sku", "internal reference",
             "코드", "상품코드", "품목코드", "자체상품코드", "제품코드", "품번"),
    "price": ("price", "unit price", "sales price", "list price", "variant price", "amount", "가격", "판매가", "단가",
              "판매가격", "소비자가"),
    "category": ("category", "product category", "product type", "type", "카테고리", "분류", "상품분류"),
    "kind": ("kind", "종류", "구분", "유형"),
    "note": ("note", "notes", "comment", "comments", "description", "memo", "remarks", "메모", "비고", "설명", "참고"),
    "currency": ("currency", "currency code", "통화", "화폐"),
    "number": ("number", "no", "번호"),
}
# fmt: on
