"""Keyset paging: the next page begins after the last row of this one, so page 5,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.utils.translation import gettext as _


class CursorError(ValueError):
    """A place in a list that cannot be understood."""

    def __init__(self) -> None:
        super().__init__(_("This place in the list is not known. Start from the first page."))


@dataclass(frozen=True)
class Cursor:
    """The last row seen: its sort value and id. `in_rest` once the rows without a value have begun."""

    value: Any
    pk: int
    in_rest: bool = False

    def pack(self) -> str:
        """As text for an address."""
        body = json.dumps([_plain(self.value), self.pk, self.in_rest], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")

    @classmethod
    def unpack(cls, text: str, column: Any) -> Cursor:
        """Read it back; `column` is the model field of the sort value. Raises CursorError."""
        try:
            body = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
            value, pk, in_rest = json.loads(body)
            if isinstance(pk, bool) or not isinstance(pk, int) or not isinstance(in_rest, bool):
                raise CursorError
            if isinstance(value, str) and "\x00" in value.encode().decode():
                raise CursorError
            return cls(None if value is None else column.to_python(value), pk, in_rest)
        except CursorError:
            raise
        except (ValueError, TypeError, binascii.Error, UnicodeError, RecursionError) as error:
            raise CursorError from error
        except Exception as error:  # a model field says "not valid" with its own exception
            raise CursorError from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime | date) else value


class Beyond(Func):
    """`(value, id) > (last value, last id)` as one row comparison, which an index answers even among many ties."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, path: str, id_path: str, cursor: Cursor, column: Any, *, down: bool) -> None:
        super().__init__(F(path), F(id_path), Value(cursor.value, output_field=column), Value(cursor.pk))
        self.extra["sign"] = "<" if down else ">"

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, Any]:
        parts: list[str] = []
        params: list[Any] = []
        for expression in self.source_expressions:
            sql, given = compiler.compile(expression)
            parts.append(sql)
            params.extend(given)
        return f"({parts[0]}, {parts[1]}) {self.extra['sign']} ({parts[2]}, {parts[3]})", params
