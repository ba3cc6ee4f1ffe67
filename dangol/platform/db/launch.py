"""Becomes another program under another identity; run as a file of its own, with the standard library alone.

    python -I -S launch.py '{"way": "capability", "uid": 54321, "gid": 54321, "parent": 100}' postgres -D pg

PostgreSQL refuses to run as root. Ways to become somebody else that need nothing opened above the data folder:

- `same`: stay who we are (the usual case: not root);
- `capability`: another user, who keeps the one right to read and enter folders that belong to others;
- `namespace`: a user namespace, in which root outside is a plain user inside.

With `parent` given, the program gets SIGINT (a fast, clean shutdown of PostgreSQL) when that process dies.
"""

import ctypes
import json
import os
import signal
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library; raises OSError with the system's own words."""
    numbers = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if getattr(libc(), name)(*numbers) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def held_capabilities() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1], 16) for line in status if line.startswith("CapPrm"))


def become_user_with_reading_right(uid: int, gid: int) -> None:
    """Change the user, keeping the right to read and enter, also across exec; every other right is dropped."""
    held = held_capabilities()
    right = next((c for c in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if held >> c & 1), None)
    if right is None:
        raise OSError("root has no right to read other users' folders here")
    # Without this the kernel forgets the right in access(2), with which PostgreSQL looks for its own program.
    call("prctl", PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    low = 1 << right
    call("capset", header, struct.pack("6I", low, low, low, 0, 0, 0))
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right, 0, 0)


def enter_user_namespace(uid: int, gid: int) -> None:
    """Become a plain user in a namespace of one user; files stay owned by who we are outside."""
    outer_uid, outer_gid = os.getuid(), os.getgid()
    call("unshare", CLONE_NEWUSER)
    maps = (("setgroups", "deny"), ("uid_map", f"{uid} {outer_uid} 1"), ("gid_map", f"{gid} {outer_gid} 1"))
    for name, content in maps:
        with open(f"/proc/self/{name}", "w") as stream:
            stream.write(content)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def die_with(parent: int) -> None:
    """Ask the system for SIGINT when the parent dies; leave at once if it is dead already."""
    if sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    plan = json.loads(sys.argv[1])
    if plan["way"] == "capability":
        become_user_with_reading_right(plan["uid"], plan["gid"])
    elif plan["way"] == "namespace":
        enter_user_namespace(plan["uid"], plan["gid"])
    if plan.get("parent"):
        die_with(plan["parent"])
    os.umask(0o077)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606


if __name__ == "__main__":
    main()
