#!/usr/bin/env python3
"""CPython's multiprocessing, driven for pcbench: plays the round whose case is on standard input, and writes
what each worker did to standard output (docs/external-programs.md). A message is a bytes object, made before
the clock starts and judged after it has stopped: what is timed is Python's channel and little else."""
import heapq
import json
import multiprocessing
import multiprocessing.managers
import os
import resource
import select
import struct
import sys
import time
from contextlib import nullcontext
from multiprocessing.connection import wait

now_ns = time.monotonic_ns
ENVELOPE = struct.Struct("<QII")  # sequence, producer, kind
DATA, PILL = 0, 1
NOBODY = 2**32 - 1  # the producer of what is no message
STEP, WORD = 0x9E3779B97F4A7C15, 2**64 - 1
GRACE_S = 1  # for the others, once a worker has failed


class SimpleQueue:
    """multiprocessing.SimpleQueue, and what the others do likewise."""

    def __init__(self, case, context):
        queue = self.queue = self.make(case, context)
        self.put, self.get, self.is_empty = queue.put, queue.get, queue.empty

    def make(self, case, context):
        return context.SimpleQueue()

    done = flush = lambda self: None  # a consumer is through with what it got; a producer has put its last


class Queue(SimpleQueue):
    def make(self, case, context):
        return context.Queue(case["capacity_slots"])

    def flush(self):  # by its feeder thread
        self.queue.close()
        self.queue.join_thread()


class JoinableQueue(SimpleQueue):
    def make(self, case, context):
        queue = context.JoinableQueue(case["capacity_slots"])
        self.done, self.flush = queue.task_done, queue.join
        return queue


class ManagerQueue(SimpleQueue):
    def make(self, case, context):  # in a server whose name is no file: nothing to take away after a kill
        ManagerQueue.manager = multiprocessing.managers.SyncManager(f"\0pcbench-{os.getpid()}", ctx=context)
        self.manager.start()
        return self.manager.Queue(case["capacity_slots"])


class Pipe(SimpleQueue):
    """multiprocessing.Pipe; where several share an end they take turns, unless the case says bare."""

    def __init__(self, case, context):
        self.reader, self.writer = context.Pipe(duplex=False)
        self.write_lock, self.read_lock = (
            context.Lock() if case[role] > 1 and case["option"] != "bare" else nullcontext()
            for role in ("producers", "consumers"))

    def put(self, message):
        with self.write_lock:
            self.writer.send(message)

    def get(self):
        with self.read_lock:
            return self.reader.recv()

    def is_empty(self):
        return not self.reader.poll()


class SharedRing(SimpleQueue):
    """A bounded buffer as textbooks have it: slots in an Array, two semaphores that count, a lock a side."""

    def __init__(self, case, context):
        self.slots = case["capacity_slots"] or 64
        self.bytes = ENVELOPE.size + case["payload_bytes"]
        self.memory = context.Array("B", self.slots * self.bytes, lock=False)
        self.free, self.used = context.Semaphore(self.slots), context.Semaphore(0)
        self.head, self.tail = context.Value("Q", 0), context.Value("Q", 0)

    def next_slot(self, end):
        begin = end.value % self.slots * self.bytes
        end.value += 1
        return memoryview(self.memory).cast("B")[begin:begin + self.bytes]

    def put(self, message):
        self.free.acquire()
        with self.tail.get_lock():
            self.next_slot(self.tail)[:] = message
            self.used.release()

    def get(self):
        self.used.acquire()
        with self.head.get_lock():
            message = bytes(self.next_slot(self.head))
            self.free.release()
        return message

    def is_empty(self):
        return self.used.get_value() == 0


CHANNELS = {"py_queue": Queue, "py_joinable_queue": JoinableQueue, "py_simple_queue": SimpleQueue,
            "py_pipe": Pipe, "py_manager_queue": ManagerQueue, "py_shared_ring": SharedRing, "py_pool": Queue}


def payload(case, producer, sequence):
    size = case["payload_bytes"]
    first = ((int(case["keys"][producer], 16) ^ sequence) * STEP) & WORD
    first ^= first >> 32
    words = [(first + i * STEP) & WORD for i in range((size + 7) // 8)]
    return struct.pack(f"<{len(words)}Q", *words)[:size]


def in_order(get, producers, held, told):
    """Yields messages in the order of their ids, sequence * producers + producer; HELD: what waits."""
    due = told["held_back_max"] = 0
    while True:
        message = get()
        sequence, producer, kind = ENVELOPE.unpack_from(message)
        if kind == PILL:
            yield message
        else:
            heapq.heappush(held, (sequence * producers + producer, message))
        while held and held[0][0] <= due:
            due = max(due, held[0][0] + 1)
            yield heapq.heappop(held)[1]
        told["held_back_max"] = max(told["held_back_max"], len(held))


class Round:
    """What every worker of a round has in common; each gets it by inheritance."""

    def __init__(self, case, context):
        self.case = case
        self.workers = [{"role": role, "index": i, moved: nothing}
                        for role, moved, nothing in (("producer", "messages", 0), ("consumer", "popped", []))
                        for i in range(case[role + "s"])]
        self.channel = CHANNELS[case["transport"]](case, context)
        self.gate = context.Barrier(len(self.workers))
        self.tickets = context.Semaphore(sum(case["messages"])) if case["stop"] == "count" else None

    def produce(self, told):
        case, channel, index, stamps = self.case, self.channel, told["index"], []
        messages = [ENVELOPE.pack(s, index, DATA) + payload(case, index, s)
                    for s in range(case["messages"][index])]
        pill = ENVELOPE.pack(len(messages), index, PILL) + bytes(case["payload_bytes"])
        pills, every = case["consumers"] if case["stop"] == "pill" else 0, case["sample_every"]
        if index != 0 or case["option"] != "in_put":
            self.gate.wait()
        told["begin_at_ns"] = now_ns()
        for sequence, message in enumerate(messages):
            if every and sequence % every == 0:
                stamps.append([sequence, now_ns()])
            channel.put(message)
        for _ in range(pills):
            channel.put(pill)
        channel.flush()
        told.update(end_at_ns=now_ns(), messages=len(messages), pills=pills, stamps=stamps)

    def consume(self, told, popped):
        case, channel, stamps = self.case, self.channel, told.setdefault("stamps", [])
        every, pills_left = case["sample_every"], case["producers"] if case["stop"] == "pill" else -1
        get, held = channel.get, []
        if case["option"] == "by_id":
            get = in_order(channel.get, case["producers"], held, told).__next__
        self.gate.wait()
        told["begin_at_ns"] = last = now_ns()
        while pills_left != 0 and (self.tickets is None or self.tickets.acquire(block=False)):
            message = get()
            popped.append(message)
            sequence, producer, kind = ENVELOPE.unpack_from(message)
            if kind == PILL:
                pills_left -= 1
            else:
                last = now_ns()
                if every and sequence % every == 0:
                    stamps.append([producer, sequence, last])
            channel.done()
        told.update(last_at_ns=last, end_at_ns=now_ns())
        popped.extend(message for _, message in sorted(held))  # what waits for one that was lost

    def judged(self, messages):
        """MESSAGES, in the order they were popped, as the record tells of them."""
        runs, corrupted, pills = [], [], 0
        for message in messages:
            whole = isinstance(message, bytes) and len(message) >= ENVELOPE.size
            sequence, producer, kind = ENVELOPE.unpack_from(message) if whole else (0, NOBODY, DATA)
            if kind == PILL:
                pills += 1
            elif runs and runs[-1][0] == producer and sum(runs[-1][1:]) == sequence:
                runs[-1][2] += 1
            else:
                runs.append([producer, sequence, 1])
            if self.case["integrity"] == "all" and kind != PILL and producer < self.case["producers"]:
                got, right = message[ENVELOPE.size:], payload(self.case, producer, sequence)
                if got != right:
                    corrupted.append([producer, sequence, len(os.path.commonprefix([got, right]))])
        return {"popped": runs, "corrupted": corrupted, "pills": pills}

    def work(self, told):
        """Plays the worker that TOLD names; it becomes its part of the record."""
        with open("/proc/self/comm", "w") as name:
            name.write(f"pcb-{told['role'][0]}{told['index']}")
        told.update(pid=os.getpid(), parent_pid=os.getppid())
        produces, popped = told["role"] == "producer", []
        try:
            self.produce(told) if produces else self.consume(told, popped)
        except Exception as error:  # whatever a spoiled channel makes of its bytes
            told["error"] = f"{type(error).__name__}: {error}"
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told.update(cpu_user_ns=int(usage.ru_utime * 1e9), cpu_system_ns=int(usage.ru_stime * 1e9),
                    voluntary_switches=usage.ru_nvcsw, involuntary_switches=usage.ru_nivcsw)
        return told if produces else {**told, **self.judged(popped)}

    def enter(self, told, sender):
        sender.send(self.work(told))
        sys.exit("error" in told)

def play(game, context):
    """A process a worker. Returns what each told, in order."""
    told, readers, processes = [], {}, []
    for worker, begun in enumerate(game.workers):
        reader, sender = context.Pipe(duplex=False)
        told.append({**begun, "created_at_ns": now_ns()})
        processes.append(context.Process(target=game.enter, args=(told[worker], sender)))
        processes[-1].start()
        sender.close()  # or the end of its worker would not be seen
        readers[reader] = worker
    if in_put := game.case["option"] == "in_put":  # the others begin when the first producer is dead
        while select.select([], [game.channel.queue._writer], [], 0)[1]:
            time.sleep(0.001)  # until its put blocks, with the lock and in the middle of the pipe
        processes[0].terminate()
        game.gate.wait()  # in its place
    patience_s = None
    while readers and (ready := wait(list(readers), patience_s)):
        for reader in ready:
            worker = readers.pop(reader)
            try:
                told[worker] = reader.recv()
            except EOFError:
                told[worker]["error"] = "it died"
            patience_s = GRACE_S if "error" in told[worker] else patience_s
    for worker, process in enumerate(processes):
        process.join(0 if worker in readers.values() else 10 * GRACE_S)
        told[worker].update(exit=process.exitcode, asked=worker == 0 and in_put)
        process.kill()  # which does nothing to what has ended
    return told


def adopt(game):  # initializes a pool's worker: the one moment at which it can be handed a queue
    global inherited
    inherited = game


def pool_work(told):
    return inherited.work(told)


def play_in_pool(game, context):
    with context.Pool(len(game.workers), adopt, (game,)) as pool:
        if game.case["option"] == "argument":
            pool.map(adopt, [game])
        told = pool.map(pool_work, game.workers, 1)
        processes = {process.pid: process for process in pool._pool}
        pool.close()
        pool.join()
    return [{**one, "exit": processes[one["pid"]].exitcode} for one in told]


def main():
    case = json.load(sys.stdin)
    game = Round(case, context := multiprocessing.get_context(case["start"]))
    channel = game.channel
    told = (play_in_pool if case["transport"] == "py_pool" else play)(game, context)
    record = {"schema": "pcbench/external-record", "schema_version": "1.0", "workers": told,
              "effective": {"capacity_slots": getattr(channel, "slots", case["capacity_slots"]),
                            "python": sys.version.split()[0]}}
    if case["option"] == "by_id":
        record["effective"]["messages_held_back_max"] = str(told[-1].pop("held_back_max", "unknown"))
    if all(one["exit"] == 0 for one in told):
        record["drain"] = game.judged(iter(lambda: None if channel.is_empty() else channel.get(), None))
    json.dump(record, sys.stdout)


if __name__ == "__main__":
    main()
