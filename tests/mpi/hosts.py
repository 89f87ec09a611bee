"""Two hosts in one machine: network namespaces with a wire between them, and clocks that know nothing of each
other (a time namespace). Delay and loss are a relay's (relay.py): what kernels offer (tc netem) is often not
there."""
import atexit
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from relay import Relay

CLOCK_LEAD_S = 86_400  # of the second host
AGENT = f"""#!/bin/sh
# What mpirun takes for ssh: runs a command on the host named first.
host=$1
shift
export TMPDIR="$TMPDIR/$host" # its own: daemons that share a host's name make the same folders at once
mkdir -p "$TMPDIR"
case $host in
  *b) exec ip netns exec "$host" unshare --time --monotonic {CLOCK_LEAD_S} sh -c "$*" ;;
  *) exec ip netns exec "$host" sh -c "$*" ;;
esac
"""
# mpirun notices within seconds that a host is gone, instead of within minutes.
NOTICE = ["--mca", "oob_tcp_keepalive_time", "2", "--mca", "oob_tcp_keepalive_intvl", "1",
          "--mca", "oob_tcp_keepalive_probes", "3"]
NETWORK = "10.77.0.0/24"


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


def why_not():
    """Why this machine cannot have such hosts; empty: it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "unshare"):
        if shutil.which(program) is None:
            return f"there is no {program} here"
    name = f"pcbench{os.getpid()}try"
    tried = ip("netns", "add", name, check=False)
    if tried.returncode != 0:
        return f"no network namespace can be made: {tried.stderr.strip()}"
    timed = subprocess.run(["unshare", "--time", "--monotonic", "1", "true"], capture_output=True)
    ip("netns", "del", name)
    return "" if timed.returncode == 0 else "no time namespace can be made"


def why_no_relay():
    """Why there can be no relay between them; empty: there can."""
    try:
        Relay((f"pcbench{os.getpid()}t",)).close()
        return ""
    except OSError as error:
        return f"no tap can be made: {error}"


class Hosts:
    """From enter() to leave(), which kills whoever is left on them. RELAYED: what a Relay between them is to
    do; nothing: the kernel's own wire."""

    def __init__(self, folder, **relayed):
        self.relayed, self.relay = relayed, None
        self.a, self.b = (f"pcbench{os.getpid()}{x}" for x in "ab")
        self.agent = Path(folder) / "agent"
        self.agent.write_text(AGENT)
        self.agent.chmod(0o755)

    def enter(self):
        atexit.register(self.leave)  # Ctrl-C leaves out what unittest would clean up
        for name in (self.a, self.b):
            ip("netns", "add", name)
        self.lay_wire()
        for name, address in ((self.a, "10.77.0.1/24"), (self.b, "10.77.0.2/24")):
            ip("-n", name, "addr", "add", address, "dev", "wire")
            for device in ("wire", "lo"):
                ip("-n", name, "link", "set", device, "up")

    def lay_wire(self):
        if not self.relayed:
            ip("link", "add", "wire", "netns", self.a, "type", "veth", "peer", "name", "wire",
               "netns", self.b)
            return
        self.relay = Relay((self.a, self.b), **self.relayed)
        for name in (self.a, self.b):
            ip("link", "set", name, "netns", name, "name", "wire")

    def leave(self):
        atexit.unregister(self.leave)
        for name in (self.a, self.b):
            for pid in self.pids(name):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.relay is not None:
            self.relay.close()
        for name in (self.a, self.b):
            ip("netns", "del", name, check=False)

    def pids(self, name):
        return [int(pid) for pid in ip("netns", "pids", name, check=False).stdout.split()]

    def are_empty_within(self, seconds):
        limit = time.monotonic() + seconds
        while self.pids(self.a) or self.pids(self.b):
            if time.monotonic() > limit:
                return False
            time.sleep(0.05)
        return True

    def packets(self):
        result = subprocess.run(["ip", "netns", "exec", self.a, "cat", "/proc/net/dev"], capture_output=True,
                                text=True, check=True)
        return next(int(line.split()[2]) for line in result.stdout.splitlines() if "wire:" in line)

    def cut(self):
        ip("-n", self.a, "link", "set", "wire", "down")

    def mpirun(self, slots_a, slots_b):
        return ["ip", "netns", "exec", self.a, "mpirun", "--mca", "plm_rsh_agent", str(self.agent), *NOTICE,
                "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", NETWORK,
                "--mca", "oob_tcp_if_include", NETWORK, "-H", f"{self.a}:{slots_a},{self.b}:{slots_b}"]
