"""The command `dangol`: which groups of commands there are. Everything else is in `dangol.platform.console`."""

from __future__ import annotations

import os
import sys

GROUPS = {
    "import": ("Take in data from files.", "dangol import orders shop.csv"),
    "export": ("Take everything out as files.", "dangol export --all company.zip"),
    "analyze": ("Work out everything Dangol knows about customers anew.", "dangol analyze"),
    "demo": ("Load or remove a demo company of invented customers.", "dangol demo load"),
    "staff": ("Let people in.", "dangol staff add you@example.com --role administrator"),
    "jobs": ("See what waits or has failed, and let it run again.", "dangol jobs list"),
    "mail": ("Take in mail that came back.", "dangol mail bounce < mail.eml"),
    "person": ("Hand over or erase everything about a person.", "dangol person export 42 customer-42.zip"),
    "consent": ("Take out what proves consent, and check it.", "dangol consent evidence evidence.zip"),
    "identity": ("Find people and companies that are there twice.", "dangol identity match"),
    "lab": ("Try models on a file of your own, without any database.", "dangol lab clv purchases.csv"),
}


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    from dangol.platform.console.main import GroupHelp, run

    sys.exit(run({name: GroupHelp(*text) for name, text in GROUPS.items()}))


if __name__ == "__main__":
    main()
