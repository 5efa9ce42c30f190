"""Takes time and chance away from a Python process and gives them to the gate.

Time stands still until the gate says "advance"; it then jumps to the earliest timed wait. What is drawn at random carries
the number of who draws it, so that no two draw the same and the gate knows what was drawn: see names.rs.
"""
import os

if "ANECHOIC_GATE" in os.environ:
    import _thread
    import datetime
    import heapq
    import json
    import random
    import socket
    import sys
    import threading
    import time

    lock = _thread.allocate_lock()
    state = {"now": float(os.environ["ANECHOIC_NOW"]) / 1000, "owner": 0, "drawn": 0, "drew": False}
    waits = []  # (due, serial, wake)
    serial = iter(range(1 << 60))
    real_sleep, allocate = time.sleep, _thread.allocate_lock

    def urandom(count):
        """Bytes in blocks of nine: a9 ec, the owner, the ordinal, and three that fill up. Fewer than six would not show it."""
        if count < 6:
            return dice.randbytes(count)
        state["drawn"] += 1
        owner, drawn = state["owner"], state["drawn"]
        block = bytes([0xA9, 0xEC, owner >> 8 & 255, owner & 255, drawn >> 8 & 255, drawn & 255, 0x40, 0, 0])
        return (block * (count // 9 + 1))[:count]

    os.urandom = urandom
    random._urandom = urandom

    # Two streams of numbers: of the handler's own chance, and of that of botocore, which only says when it tries again. Nothing of
    # the first shows who drew it, so that is told.
    class Dice(random.Random):
        def random(self):
            return self.of_whom().random()

        def getrandbits(self, bits):
            return self.of_whom().getrandbits(bits)

        def of_whom(self):
            frame = sys._getframe(2)
            while frame is not None:
                if f"{os.sep}botocore{os.sep}" in frame.f_code.co_filename:
                    return jitter
                frame = frame.f_back
            state["drew"] = True
            return own

    own, jitter = random.Random(0), random.Random(0)
    dice = Dice()
    for name in random.__all__:
        method = getattr(dice, name, None)
        if callable(method) and not isinstance(method, type) and hasattr(random._inst, name):
            setattr(random, name, method)
    random._inst = dice

    time.time = time.monotonic = time.perf_counter = lambda: state["now"]
    time.time_ns = time.monotonic_ns = time.perf_counter_ns = lambda: int(state["now"] * 1e9)
    threading._time = time.monotonic
    real_gmtime, real_localtime = time.gmtime, time.localtime
    time.gmtime = lambda at=None: real_gmtime(state["now"] if at is None else at)
    time.localtime = lambda at=None: real_localtime(state["now"] if at is None else at)

    Real = datetime.datetime

    class Meta(type):
        def __instancecheck__(cls, it):
            return isinstance(it, Real)

        def __subclasscheck__(cls, it):
            return issubclass(it, Real)

    class Virtual(Real, metaclass=Meta):
        @classmethod
        def now(cls, tz=None):
            return Real.fromtimestamp(state["now"], tz)

        @classmethod
        def utcnow(cls):
            return Real.fromtimestamp(state["now"], datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.now()

    datetime.datetime = Virtual

    def arm(seconds, wake):
        entry = (state["now"] + seconds, next(serial), wake)
        with lock:
            heapq.heappush(waits, entry)
        return entry

    def disarm(entry):
        with lock:
            if entry in waits:
                waits.remove(entry)
                heapq.heapify(waits)

    def wait(self, timeout=None):
        """threading.Condition.wait, woken by notify or by virtual time."""
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        if timeout is not None and timeout <= 0:
            return False
        waiter = allocate()
        waiter.acquire()
        self._waiters.append(waiter)
        is_late = []

        def wake():
            is_late.append(True)
            try:
                waiter.release()
            except RuntimeError:
                pass  # it was notified in the same moment

        entry = None if timeout is None else arm(timeout, wake)
        saved = self._release_save()
        try:
            waiter.acquire()
        finally:
            self._acquire_restore(saved)
            if entry is not None:
                disarm(entry)
            if is_late:
                try:
                    self._waiters.remove(waiter)
                except ValueError:
                    pass
        return not is_late

    threading.Condition.wait = wait

    def sleep(seconds):
        waiter = allocate()
        waiter.acquire()
        arm(seconds, waiter.release)
        waiter.acquire()

    time.sleep = sleep

    def line():
        """One request that is always held, and whose answer is the next command."""
        host, port = os.environ["ANECHOIC_GATE"].rsplit(":", 1)
        gate = socket.create_connection((host, int(port)))
        fired = False
        while True:
            body = json.dumps({"fired": fired, "drew": state["drew"], "pid": os.getpid()})
            gate.sendall(f"POST /anechoic/line HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
            data = gate.recv(65536)
            if not data:
                os._exit(70)  # whoever loses the line has lost the gate
            command, fired = json.loads(data.split(b"\r\n\r\n")[1]), False
            if command["do"] == "reset":
                with lock:
                    waits.clear()
                state.update(now=command["now"] / 1000, owner=command["owner"], drawn=0, drew=False)
                own.seed(command["seed"])
                jitter.seed(0)
            elif command["do"] == "advance":
                with lock:
                    due = heapq.heappop(waits) if waits else None
                if due:
                    fired = True
                    state["now"] = max(state["now"], due[0])
                    due[2]()
                    real_sleep(0)

    def start():
        _thread.start_new_thread(line, ())

    os.register_at_fork(after_in_child=start)
    # Who forks has no thread besides: see lambda.py.
    if "ANECHOIC_FORK" not in os.environ:
        start()
