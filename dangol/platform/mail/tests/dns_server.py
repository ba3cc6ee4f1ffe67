"""A small name server on loopback that answers from a table."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

Zone = dict[tuple[str, str], list[str]]


def text(record: str) -> str:
    """A TXT record as a zone file writes it: in quoted pieces of at most 255 characters."""
    pieces = [record[i : i + 255] for i in range(0, len(record), 255)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


def answer_to(query: dns.message.Message, zone: Zone) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    asked = query.question[0]
    name = asked.name.to_text().rstrip(".").lower()
    kind = dns.rdatatype.to_text(asked.rdtype)
    found = zone.get((name, kind))
    if found:
        data = [text(one) for one in found] if kind == "TXT" else found
        answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, data))
    elif not any(known == name for known, _kind in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


class Silent(dict):
    """A zone whose server hears and never answers."""


@contextmanager
def name_server(zone: Zone) -> Iterator[str]:
    """Run the server; gives address:port for DANGOL_DNS."""
    talk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    talk.bind(("127.0.0.1", 0))
    talk.settimeout(0.2)
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            try:
                data, who = talk.recvfrom(4096)
            except TimeoutError:
                continue
            if not isinstance(zone, Silent):
                query = dns.message.from_wire(data)
                talk.sendto(answer_to(query, zone).to_wire(max_size=4096), who)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{talk.getsockname()[1]}"
    finally:
        is_over.set()
        thread.join()
        talk.close()
