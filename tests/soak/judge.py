"""What must hold after a run of bench, whatever happened to it. All of it yields what is wrong, in words."""
import json
import os
import signal
import time
from pathlib import Path

from blows import processes_marked

# The exit statuses that a blow allows. 0: it came too late to matter, or only held things up.
ALLOWED = {
    "none": {0},
    "kill worker": {0, 3},
    "stop worker": {0},
    "stop bench": {0},
    "interrupt bench": {0, 130},
    "terminate bench": {0, 130},
    "kill bench": {0, -signal.SIGKILL},
}
# Before bench takes signals over, and after it has given them back, they end it as they end any program.
UNPREPARED = {"interrupt bench": -signal.SIGINT, "terminate bench": -signal.SIGTERM}
GOES_ON = ("stop", "delay")  # faults after which everybody goes on, so that nothing excuses a wrong count
FOLLOWING_S = 5  # for the workers of a bench that was killed to die with it


def judge(status, blow, report_path, stderr, schema):
    """SCHEMA is a validator, or None. BLOW is the one that struck, or `none`."""
    unprepared = status == UNPREPARED.get(blow)
    report = None
    try:
        report = json.loads(report_path.read_text(), parse_constant=lambda name: int(name))
    except FileNotFoundError:
        if not unprepared and status != -signal.SIGKILL:
            yield "no report"
    except ValueError as error:
        yield f"the report is not JSON: {error}"
    innocent = unprepared or (report is not None and machine_is_to_blame(report, status))
    if status not in ALLOWED[blow] and not innocent:
        yield f"exit status {status}, allowed {sorted(ALLOWED[blow])}: {stderr.strip()[-300:]}"
    if report is None:
        return
    for error in schema.iter_errors(report) if schema is not None else ():
        place = "/".join(map(str, error.absolute_path))
        yield f"the report breaks its schema at /{place}: {error.message[:200]}"
    yield from disagreements(report, status)


def machine_is_to_blame(report, status):
    """Every round that did not end was still moving messages, on a machine with far too much to do."""
    rounds = [one for case in report["cases"] for one in case["rounds"] if one["end"] != "completed"]
    moving = rounds != [] and all(one.get("hang") in ("slow", "starved") for one in rounds)
    return status == 3 and moving and overloaded()


def overloaded():
    return os.getloadavg()[0] > 2 * os.cpu_count()


def disagreements(report, status):
    """Between the report, the exit status and itself."""
    if status in (0, 1, 3) and not report["complete"]:
        yield f"exit status {status}, but the report is not complete"
    if status == 130 and report["complete"]:
        yield "interrupted, but the report says complete"
    summary = report["summary"]
    if status == 0 and summary["passed"] != summary["cases"]:
        yield f"exit status 0, but {json.dumps(summary)}"
    ends = [one["end"] for case in report["cases"] for one in case["rounds"]]
    if status == 3 and not {"hung", "worker_died"} & set(ends):
        yield f"exit status 3, but the rounds ended so: {ends}"
    for case in report["cases"]:
        verdicts = {verdict["check"]: verdict for verdict in case["verdicts"]}
        all_go_on = all(fault["kind"] in GOES_ON for fault in case["params"].get("faults", []))
        if verdicts["delivery"]["outcome"] == "pass" and all_go_on:
            for one in case["rounds"]:
                yield from miscounts(one, case["params"].get("messages"), verdicts["termination"])


def miscounts(one, messages, termination):
    """Of a round whose delivery passed."""
    if one["end"] != "completed":
        return
    if one["sent"] != one["received"] and not termination["left_inside"]:
        yield f"delivery passed, but {one['sent']} were sent and {one['received']} received"
    if messages not in (None, one["sent"]):
        yield f"completed with {one['sent']} of {messages} messages"


def leftovers(pid, mark, folder, expected, torn):
    """What the bench of process id PID left behind. TORN: it was killed, so nobody is left who could
    remove the report that it was writing."""
    end = time.monotonic() + FOLLOWING_S
    while (left := processes_marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    for process, name in left.items():
        yield f"process {process} ({name}) is left"
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for place in ("/dev/shm", "/dev/mqueue"):
        yield from (f"{path} is left" for path in Path(place).glob(f"pcbench-{pid}-*"))
    for path in folder.rglob("*"):
        if path.name not in expected and not (torn and path.name.startswith(".pcbench-")):
            yield f"{path.relative_to(folder)} is left"
