"""What a soak runs: random configs that the registry's rows allow, each with the blow it gets."""
from judge import GOES_ON

MAY_BE_VACUOUS = ["pass", "unknown"]  # whether a queue is ever full, or a log too small, is up to the machine


def random_case(draw, registry):
    """A case that the registry's rows allow, as far as they tell; `bench validate` has the last word."""
    # a program plays its own rounds, without faults, histories and open ends: tests/external has those
    transport = draw.choice([row for row in registry["transports"]
                             if row["available"] and not (row["floor"] or row["program"])])
    # where nothing is ordered, a pill may overtake what its consumer then leaves inside
    stop = draw.choice([row for row in registry["stops"]
                        if row["name"] != "pill" or transport["order"] != "none"])
    workers = draw.choice(transport["workers"])
    most = [min(transport[side] or 4, 4) for side in ("producers_max", "consumers_max")]
    case = {
        "transport": transport["name"],
        "topology": "x".join(str(draw.randint(1, limit)) for limit in most),
        "workers": workers,
        "stop": stop["name"],
        "wait": draw.choice(registry["waits"])["name"],
        "batch_messages": draw.choice([1, 1, 2, 7, 64]),
        "payload_bytes": min(draw.choice([0, 1, 8, 63, 64, 200, 4000]), transport["payload_bytes_max"]),
        "capacity_slots": draw.choice(["auto", 1, 2, 3, 16, 100]),
        "verify": draw.choice(["none", "online", "online", "exact", "history", "history"]),
        "integrity": draw.choice(["all", "all", "off"]),
        "latency": draw.choice(["off", "sampled", "every"]),
    }
    if workers == "process" and transport["spawn"] and draw.random() < 0.3:
        case["start"] = "spawn"
    if stop["needs_duration"] or (not stop["needs_messages"] and draw.random() < 0.4):
        case["duration_s"] = draw.choice([0.05, 0.2, 0.5])
        case["verify"] = case["verify"].replace("exact", "online")  # it needs a bit for each message
    else:
        case["messages"] = draw.choice([1, 2, 17, 1000, 20011])
        if case["wait"] == "spin" and transport["capacity"] == "kernel":
            # who spins keeps a library's own threads off the CPUs: zmq_ipc was seen to need 3 ms a message
            case["messages"] = min(case["messages"], 1000)
    if draw.random() < 0.3:
        case["work"] = {side: draw.choice([0, 1000, 50000]) for side in ("producer_ns", "consumer_ns")}
    if case["verify"] == "history":
        checks = ("delivery", "order", "causality", "empty", "capacity")
        case["expect"] = dict.fromkeys(checks, MAY_BE_VACUOUS)
        case["history_operations"] = draw.choice(["auto", "auto", "auto", 100, 5000])
        case["history_burst_every_ms"] = draw.choice(["off", "off", 2, 20])
    if stop["known_bad"]:  # it may hang, or not
        case["expect"] = {**case.get("expect", {}), "termination": "any", "delivery": "any"}
    elif draw.random() < 0.15:
        fault = random_fault(draw, case)
        case["faults"] = [fault]
        # its phase may never come, and then termination says so
        after = ({"termination": MAY_BE_VACUOUS} if fault["kind"] in GOES_ON
                 else {"termination": "any", "delivery": "any"})
        case["expect"] = {**case.get("expect", {}), **after}
    return case


def may_hang(case):
    return case.get("expect", {}).get("termination") == "any"


def random_fault(draw, case):
    role = draw.choice(["producer", "consumer"])
    phases = {"producer": ["before_push", "holding_slot", "payload_half", "in_push", "blocked_full"],
              "consumer": ["in_pop", "after_pop", "blocked_empty"]}[role]
    phases = [*phases, "holding_lock"]  # who holds no lock never comes there
    kinds = ["delay"]  # any other strikes a whole process
    if case["workers"] == "process":
        kinds += ["stop", "stop", "kill", "takeover", "exit", "leak"]
    index = draw.randrange(int(case["topology"].split("x")[role == "consumer"]))
    return {"kind": draw.choice(kinds), "role": role, "index": index, "phase": draw.choice(phases),
            "after_messages": draw.choice([0, 1, 10, 100]), "duration_s": 0.05}


def random_run(draw, registry):
    """(config, blow)"""
    blow = draw.choice(["none"] * 5 + ["kill worker"] * 3 + ["stop worker"] * 2
                       + ["stop bench", "interrupt bench", "terminate bench", "kill bench"])
    case = random_case(draw, registry)
    if may_hang(case):
        blow = draw.choice(["none", "interrupt bench"])
    config = {"name": "soak", "rounds": draw.randint(1, 3), "warmup_rounds": draw.randint(0, 1),
              "seed": draw.randrange(1 << 32), "timeout_s": 3 if may_hang(case) else 60, "cases": [case]}
    return config, blow


def kill_run(draw, registry):
    """A run long enough for a worker to be killed in its middle."""
    processes = [row for row in registry["transports"]
                 if "process" in row["workers"] and not (row["floor"] or row["program"])]
    config, _ = random_run(draw, {**registry, "transports": processes, "stops": [
        row for row in registry["stops"] if not (row["known_bad"] or row["needs_messages"])]})
    case = config["cases"][0]
    case.pop("messages", None)
    if case.pop("faults", None):
        case["expect"] = {check: MAY_BE_VACUOUS for check in case["expect"] if check != "termination"}
    case.update(workers="process", duration_s=2)
    config.update(rounds=1, warmup_rounds=0, timeout_s=60)
    return config, "kill worker"
