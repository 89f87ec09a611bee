"""How a soak strikes bench and its workers, and how it finds them."""
import os
import signal
import time
from pathlib import Path

WORKER_NAMES = ("pcb-p", "pcb-c", "pcb-host")
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "interrupt": signal.SIGINT,
           "terminate": signal.SIGTERM}


def processes_marked(mark):
    """{pid: name} of everything that carries MARK, zombies aside."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "comm").read_text().strip()
        except OSError:
            pass  # gone, or not ours
    return found


def strike(blow, bench, mark, draw):
    """Strikes once. Returns whether there was somebody to be struck."""
    if blow == "none":
        return True
    what, whom = blow.split()
    if whom == "bench":
        time.sleep(draw.choice([0, 0.01, 0.05, 0.2, 0.5]))
        target = bench.pid
    else:
        target = find_worker(bench, mark, draw)
        if target is None:
            return False
    try:
        if bench.poll() is not None:
            return False
        os.kill(target, SIGNALS[what])
        if what == "stop":
            time.sleep(draw.choice([0.01, 0.1, 0.4]))
            os.kill(target, signal.SIGCONT)
    except ProcessLookupError:
        return False
    return True


def find_worker(bench, mark, draw):
    """The process id of a worker that is running; None: bench has ended before one was seen."""
    pause = draw.choice([0, 0.01, 0.05, 0.2])
    choice = draw.random()
    while bench.poll() is None:
        workers = sorted(pid for pid, name in processes_marked(mark).items() if name.startswith(WORKER_NAMES))
        if workers:
            time.sleep(pause)
            pause = 0
            alive = [pid for pid in workers if Path(f"/proc/{pid}").exists()]
            if alive:
                return alive[int(choice * len(alive))]
        time.sleep(0.002)
    return None
