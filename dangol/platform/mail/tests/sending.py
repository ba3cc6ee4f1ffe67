"""A process to be killed: sends what a batch still lacks, over one connection, with the batch's journal.

`python -m dangol.platform.mail.tests.sending JOURNAL COUNT PORT`. It needs no database, so that it starts at once.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

ME, KIM = "bounce@shop.example.com", "kim@example.net"


def content_of(number: int) -> bytes:
    """The bytes of one message, of a length of its own, alike in every process."""
    line = b"x" * 70 + b"\r\n"
    body = line * random.Random(number).randrange(1, 300)
    return b"Message-ID: <%d@shop.example.com>\r\nSubject: %d\r\n\r\n" % (number, number) + body


def main() -> None:
    from django.conf import settings

    settings.configure(USE_I18N=False)
    from dangol.platform.mail.journal import Journal
    from dangol.platform.mail.smtp import Connection, Server, pack

    path, count, port = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with Journal(path) as journal:
        connection = Connection(Server("127.0.0.1", port, "none"), journal)
        due = [number for number in range(1, count + 1) if not journal.fates[number].is_sent]
        for _result in connection.send_each(pack(number, ME, KIM, content_of(number)) for number in due):
            pass
        connection.close()


if __name__ == "__main__":
    main()
