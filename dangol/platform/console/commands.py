"""`dangol jobs`: the queue on the command line."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue


def listing(
    state: Annotated[str, typer.Option(help="dead, failing, waiting, running or cancelled.")] = "dead",
    task: Annotated[str, typer.Option(help="Only this kind of job.")] = "",
    after: Annotated[int | None, typer.Option(help="Go on after the job of this number.")] = None,
) -> Answer:
    """List jobs, fifty at a time: those that have failed for good, unless another state is asked for.

    Example: `dangol jobs list --state failing`
    """
    with session():
        from dangol.platform.jobs import queue

        if state not in queue.STATES:
            raise CannotContinue(f"There is no state {state!r}.", f"Choose one of: {', '.join(queue.STATES)}.")
        rows, has_more = queue.jobs(state, task=task, after=after)
        found = [_job(row) for row in rows]
        data = {"state": state, "jobs": found, "next": rows[-1].id if has_more else None, "queues": _queues()}
    return Answer(data, _table(found, has_more))


def retry(
    job: Annotated[int | None, typer.Argument(help="The number of a job.")] = None,
    task: Annotated[str, typer.Option(help="All that failed for good of this kind.")] = "",
) -> Answer:
    """Let one job, or all that failed for good of a kind, run again now.

    Example: `dangol jobs retry --task exchange.work_on`
    """
    return _change("retry", job, task)


def cancel(
    job: Annotated[int | None, typer.Argument(help="The number of a job.")] = None,
    task: Annotated[str, typer.Option(help="All that failed for good of this kind.")] = "",
) -> Answer:
    """Take one job, or all that failed for good of a kind, out of the queue.

    Example: `dangol jobs cancel 4711`
    """
    return _change("cancel", job, task)


def _change(how: str, job: int | None, task: str) -> Answer:
    if (job is None) == (not task):
        raise CannotContinue("Name one job by its number, or one kind with --task.", "See dangol jobs list.")
    with session():
        from dangol.platform.access.actor import Actor
        from dangol.platform.console import services

        actor = Actor.system(f"dangol jobs {how}").via("command line")
        act = services.retry_jobs if how == "retry" else services.cancel_jobs
        count = act(actor=actor, job_id=job, task=task)
    if job is not None and not count:
        raise CannotContinue(f"Job {job} runs, is over, or is gone: nothing was done.", "See dangol jobs list.")
    done = "run again" if how == "retry" else "were cancelled"
    return Answer({"count": count}, f"{count} job(s) {done}.")


def _job(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "queue": row.queue, "task": row.task, "state": row.state, "attempts": row.attempts,
        "due_at": row.due_at, "arguments": row.arguments, "why": row.failure.sentence if row.failure else None,
    }  # fmt: skip


def _queues() -> list[dict[str, Any]]:
    from dangol.platform.jobs import queue

    return [vars(found) for found in queue.queues()]


def _table(rows: list[dict[str, Any]], has_more: bool) -> Any:
    if not rows:
        return "There is none · 없어요."
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, caption="More follow: --after with the last number." if has_more else None)
    for title in ("No.", "Queue", "Task", "Attempts", "Why"):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(str(row["id"]), row["queue"], row["task"], str(row["attempts"]), row["why"] or "")
    return table


register_command("jobs", "list", listing)
register_command("jobs", "retry", retry)
register_command("jobs", "cancel", cancel)
