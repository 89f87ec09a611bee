"""A wire that takes its time and loses frames, where the kernel has no netem: two taps, and a thread that
carries frames from one to the other. Whoever closes it takes both taps away."""
import fcntl
import heapq
import os
import random
import select
import struct
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
FRAME_BYTES_MAX = 65536


def make_tap(name):
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class Relay:
    """Carries what is sent into the first tap of NAMES to the second after DELAYS_S[0], the way back after
    DELAYS_S[1]; of a hundred frames it drops LOSS_PERCENT. Errors: OSError where there can be no tap."""

    def __init__(self, names, delays_s=(0, 0), loss_percent=0):
        self.dropped = 0
        self.taps = []
        self.delays_s, self.loss_percent = delays_s, loss_percent
        self.random = random.Random(1)
        self.end, self.stop = os.pipe()
        self.thread = threading.Thread(target=self.carry)
        try:
            for name in names:
                self.taps.append(make_tap(name))
        except OSError:
            self.close()
            raise
        self.thread.start()

    def close(self):
        os.close(self.stop)
        if self.thread.ident is not None:
            self.thread.join()
        for descriptor in (self.end, *self.taps):
            os.close(descriptor)

    def carry(self):
        under_way = []  # (due, sequence, tap, frame)
        sequence = 0
        while True:
            wait_s = max(0, under_way[0][0] - time.monotonic()) if under_way else None
            readable, _, _ = select.select([self.end, *self.taps], [], [], wait_s)
            if self.end in readable:
                return
            for side, tap in enumerate(self.taps):
                if tap not in readable:
                    continue
                frame = os.read(tap, FRAME_BYTES_MAX)
                if self.random.random() * 100 < self.loss_percent:
                    self.dropped += 1
                    continue
                sequence += 1
                due = time.monotonic() + self.delays_s[side]
                heapq.heappush(under_way, (due, sequence, self.taps[1 - side], frame))
            while under_way and under_way[0][0] <= time.monotonic():
                _, _, tap, frame = heapq.heappop(under_way)
                try:
                    os.write(tap, frame)
                except OSError:  # its host has taken the link down
                    self.dropped += 1
