"""Takes time and chance away from a Python process and gives them to the gate.

Time stands still until the gate says "advance"; it then jumps to the earliest timed wait. What is drawn at random carries
the number of who draws it, so that no two draw the same and the gate knows what was drawn: see names.rs.
"""
import os
import sys

# The half of a debugger that is a process of its own is none of the handler's.
is_debugger = any(os.path.join("debugpy", "adapter") in word for word in getattr(sys, "orig_argv", []))
if "ANECHOIC_GATE" in os.environ and not is_debugger:
    import _thread
    import datetime
    import gc
    import heapq
    import json
    import random
    import selectors
    import socket
    import threading
    import time
    import weakref

    # When what refers to itself is collected, and its sockets closed, is chance, too.
    gc.disable()

    lock = _thread.allocate_lock()
    # Time is counted from the beginning: small numbers are exact.
    state = {"beginning": float(os.environ["ANECHOIC_NOW"]) / 1000, "now": 0.0, "owner": 0, "drawn": 0, "drew": False, "armed": False, "gate": None}
    waits = []  # (due, serial, wake, whether it is the handler's own)
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
    CLIENTS, STDLIB = ("botocore", "aws_durable_execution_sdk_python"), os.path.dirname(os.__file__) + os.sep

    class Dice(random.Random):
        def random(self):
            return self.of_whom().random()

        def getrandbits(self, bits):
            return self.of_whom().getrandbits(bits)

        def of_whom(self):
            if is_of_a_client():
                return jitter
            state["drew"] = True
            return own

    def is_of_a_client():
        # Whose it is, says whoever is nearest, Python's own modules aside: an SDK calls the handler's own code, too.
        frame = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            if any(f"{os.sep}{client}{os.sep}" in name for client in CLIENTS):
                return True
            if not name.startswith((STDLIB, "<frozen")) or f"{os.sep}site-packages{os.sep}" in name:
                if name != __file__ and f"{os.sep}urllib3{os.sep}" not in name:
                    return False
            frame = frame.f_back
        return False

    own, jitter = random.Random(0), random.Random(0)
    dice = Dice()
    for name in random.__all__:
        method = getattr(dice, name, None)
        if callable(method) and not isinstance(method, type) and hasattr(random._inst, name):
            setattr(random, name, method)
    random._inst = dice

    def today():
        return state["beginning"] + state["now"]

    time.time = today
    time.time_ns = lambda: int(today() * 1e9)
    time.monotonic = time.perf_counter = lambda: state["now"]
    time.monotonic_ns = time.perf_counter_ns = lambda: int(state["now"] * 1e9)
    threading._time = time.monotonic
    real_gmtime, real_localtime = time.gmtime, time.localtime
    time.gmtime = lambda at=None: real_gmtime(today() if at is None else at)
    time.localtime = lambda at=None: real_localtime(today() if at is None else at)

    Real = datetime.datetime

    class Meta(type):
        def __instancecheck__(cls, it):
            return isinstance(it, Real)

        def __subclasscheck__(cls, it):
            return issubclass(it, Real)

    class Virtual(Real, metaclass=Meta):
        @classmethod
        def now(cls, tz=None):
            return Real.fromtimestamp(today(), tz)

        @classmethod
        def utcnow(cls):
            return Real.fromtimestamp(today(), datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.now()

    datetime.datetime = Virtual

    def arm(seconds, wake):
        entry = (state["now"] + seconds, next(serial), wake, not is_of_a_client())
        with lock:
            heapq.heappush(waits, entry)
            look()
        return entry

    def disarm(entry):
        with lock:
            if entry in waits:
                waits.remove(entry)
                heapq.heapify(waits)
                look()

    def look():
        """Tells the gate when that changes: whether a timer of the handler's own runs, which could fire before an answer comes."""
        armed = any(entry[3] for entry in waits)
        if armed != state["armed"]:
            state["armed"] = armed
            send("armed", {"armed": armed})

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

    real_join = threading.Thread.join

    def join(self, timeout=None):
        real_join(self, 0)
        if timeout is None or timeout <= 0 or not self.is_alive():
            return real_join(self, timeout)
        is_over = threading.Event()
        _thread.start_new_thread(lambda: (real_join(self), is_over.set()), ())
        is_over.wait(timeout)

    threading.Thread.join = join

    # What waits at a socket for so long waits for an answer or for virtual time.
    patience, usual = weakref.WeakKeyDictionary(), [None]

    def settimeout(self, seconds):
        if seconds == 0:
            patience.pop(self, None)
            return Socket.settimeout(self, 0)
        patience[self] = seconds
        Socket.settimeout(self, None)

    def patient(name):
        real = getattr(Socket, name)

        def receive(self, *args):
            seconds = patience.get(self, usual[0])
            if not seconds:
                return real(self, *args)
            is_late = []

            def wake():
                is_late.append(True)
                try:
                    self.shutdown(socket.SHUT_RD)
                except OSError:
                    pass  # it was closed in the same moment

            entry = arm(seconds, wake)
            try:
                got = real(self, *args)
            finally:
                disarm(entry)
            if is_late:
                raise TimeoutError("timed out")
            return got

        return receive

    Socket = socket.socket.__base__
    socket.socket.settimeout = settimeout
    socket.socket.setblocking = lambda self, does: settimeout(self, None if does else 0)
    socket.socket.gettimeout = lambda self: patience.get(self) or Socket.gettimeout(self)
    socket.setdefaulttimeout = lambda seconds: usual.__setitem__(0, seconds)
    socket.getdefaulttimeout = lambda: usual[0]
    for name in ("recv", "recv_into", "recvfrom", "recvfrom_into"):
        setattr(socket.socket, name, patient(name))

    # An event loop waits for its next timer where it waits for its sockets.
    real_select = selectors.DefaultSelector.select

    def select(self, timeout=None):
        if timeout is None or timeout <= 0 or not hasattr(self, "_selector"):
            return real_select(self, timeout)
        if not hasattr(self, "_bell"):
            self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            self._selector.register(self._bell, 1)  # EPOLLIN; what is ready and has no key is passed over
        bell = self._bell
        entry = arm(timeout, lambda: os.eventfd_write(bell, 1))
        try:
            ready = real_select(self, None)
        finally:
            disarm(entry)
            try:
                os.eventfd_read(bell)
            except BlockingIOError:
                pass
        return ready

    if hasattr(os, "eventfd"):
        selectors.DefaultSelector.select = select

    def send(what, said):
        if state["gate"]:
            body = json.dumps(said)
            head = f"POST /anechoic/{what} HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
            state["gate"].sendall((head + body).encode())

    def line():
        """One request that is always held, and whose answer is the next command."""
        host, port = os.environ["ANECHOIC_GATE"].rsplit(":", 1)
        gate = socket.create_connection((host, int(port)))
        # What is told must not wait until what was told before has been taken.
        gate.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state["gate"] = gate
        fired = False
        while True:
            with lock:
                send("line", {"fired": fired, "drew": state["drew"], "pid": os.getpid()})
            data = Socket.recv(gate, 65536)
            if not data:
                os._exit(70)  # whoever loses the line has lost the gate
            command, fired = json.loads(data.split(b"\r\n\r\n")[1]), False
            if command["do"] == "reset":
                gc.collect()
                with lock:
                    waits.clear()
                state.update(beginning=command["now"] / 1000, now=0.0, owner=command["owner"], drawn=0, drew=False, armed=False)
                own.seed(command["seed"])
                jitter.seed(0)
            elif command["do"] == "set":
                state["now"] = max(state["now"], command["now"] / 1000 - state["beginning"])
            elif command["do"] == "advance":
                # Until one has fired, or one of the handler's own; and with it all of the same time, since of threads that began to
                # wait at once nobody knows which was first.
                due = None
                while True:
                    with lock:
                        is_enough = fired and (not command.get("own") or due[3])
                        if not waits or (is_enough and waits[0][0] > due[0]):
                            break
                        due = heapq.heappop(waits)
                        look()
                    fired = True
                    state["now"] = max(state["now"], due[0])
                    due[2]()
                    real_sleep(0)
                due = None  # it has a socket, which is to be closed when its owner forgets it

    def start():
        _thread.start_new_thread(line, ())

    os.register_at_fork(after_in_child=start)
    # Who forks has no thread besides: see lambda.py.
    if "ANECHOIC_FORK" not in os.environ:
        start()
