/**
 * Python that runs before any other code, in the interpreter that is then kept as a snapshot. It takes what it needs
 * first, because later code may replace everything, and leaves the two functions that the worker calls,
 * `step(source, outputBudget, valueBudget)` and `begin(seed)`, as the pair `__turnwise__`.
 *
 * - A step is a cell of a notebook: its last expression is its value, a value that can be awaited is awaited.
 * - Output is one bounded buffer for both streams. Past 16 times its budget every further write raises.
 * - The event loop has a clock of its own, which jumps to the next timer; when nothing is left to wait for, it says so.
 * - `time.sleep` returns at once; processes, the network and the modules of the host are gone. That is for tidiness:
 *   code can find its way around it, and the jail is the wall.
 *
 * `step` answers `kind`, a line break, the length of the output, a line break, the output and then the text. The kinds
 * are `ok`, `syntax`, `runtime`, `memory`, `output-limit`, `unserializable` and `interrupt`.
 */
export const pythonPrelude = String.raw`
def _prelude():
    import ast, asyncio, builtins, inspect, linecache, os, posix, random, socket, ssl, sys, time, traceback
    from asyncio import base_events, events, runners

    # What most programs import costs nothing when the snapshot has it.
    import bisect, collections, copy, dataclasses, datetime, decimal, enum, fractions, functools, heapq, itertools
    import json, math, operator, re, statistics, string, textwrap, typing, uuid

    # ---- the event loop: no selector of the system, a clock that jumps ----
    class Selector:
        def __init__(self, loop):
            self.loop = loop

        def select(self, timeout=None):
            if timeout is None:
                raise RuntimeError("await: nothing is left that could end it")
            self.loop.clock += max(timeout, 0)
            return ()

        def close(self):
            pass

    class Loop(base_events.BaseEventLoop):
        def __init__(self):
            super().__init__()
            self.clock = 0.0
            self._clock_resolution = 1e-9
            self._selector = Selector(self)

        def time(self):
            return self.clock

        def _process_events(self, event_list):
            pass

        def _write_to_self(self):
            pass

    class Policy(events._BaseDefaultEventLoopPolicy):
        _loop_factory = Loop

    asyncio.EventLoop = asyncio.SelectorEventLoop = Loop
    asyncio.run = runners.run

    # ---- the streams ----
    class OutputLimit(BaseException):
        pass

    class Output:
        encoding = "utf-8"
        errors = "replace"
        newlines = None
        closed = False
        mode = "w"
        name = "<stdout>"

        def __init__(self):
            self.parts = []
            self.size = 0
            self.budget = 0
            self.over = False

        def write(self, text):
            if not isinstance(text, str):
                raise TypeError("write() argument must be str, not " + type(text).__name__)
            room = self.budget - self.size
            self.size += len(text)
            if room > 0:
                self.parts.append(text[:room])
            if self.size > 16 * self.budget:
                self.over = True
                raise OutputLimit()
            return len(text)

        def writelines(self, lines):
            for line in lines:
                self.write(line)

        def flush(self):
            pass

        def isatty(self):
            return False

        def writable(self):
            return True

        def readable(self):
            return False

        seekable = readable

        def fileno(self):
            raise OSError("the stream has no file descriptor")

        def close(self):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    class Bytes:
        def __init__(self, output):
            self.output = output

        def write(self, data):
            data = bytes(data)
            self.output.write(data.decode("utf-8", "replace"))
            return len(data)

        def flush(self):
            pass

    output = Output()
    output.buffer = Bytes(output)

    # ---- what is no part of the tool ----
    def sleep(seconds, /):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")

    def no_process(*_args, **_options):
        raise OSError(38, "there are no processes here")

    time.sleep = sleep
    for module in (os, posix):
        for name in ("system", "popen", "execv", "execve", "fork", "forkpty", "posix_spawn", "posix_spawnp", "kill", "killpg", "abort", "_exit"):
            if hasattr(module, name):
                setattr(module, name, no_process)

    def no_network(*_args, **_options):
        raise OSError(101, "there is no network here")

    for name in ("bind", "connect", "connect_ex", "listen", "sendto"):
        setattr(socket.socket, name, no_network)
    for name in ("getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, no_network)

    hidden = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "micropip")

    class NoHost:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.partition(".")[0] in hidden:
                raise ModuleNotFoundError("No module named " + repr(name), name=name)
            return None

    def hide():
        sys.meta_path[:] = [NoHost] + [f for f in sys.meta_path if type(f).__name__ not in ("JsFinder",) and getattr(f, "__name__", "") != "WindowsToLinuxPathFinder"]
        for name in list(sys.modules):
            if name.partition(".")[0] in hidden:
                del sys.modules[name]
        sys.path_importer_cache.clear()

    # ---- a step ----
    main = sys.modules["__main__"].__dict__
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    parse, compile_, eval_, repr_, len_, str_, type_ = ast.parse, compile, eval, repr, len, str, type
    Expr, Expression, Module = ast.Expr, ast.Expression, ast.Module
    is_awaitable, cache = inspect.isawaitable, linecache.cache
    format_only, walk_tb = traceback.format_exception_only, traceback.walk_tb
    coroutine_flag = inspect.CO_COROUTINE
    steps = 0

    def lines_of(code):
        # Code that awaits at its top level is a coroutine; its loop lives as long as the step.
        if not code.co_flags & coroutine_flag:
            return eval_(code, main)
        return run_loop(eval_(code, main))

    def run_loop(awaitable):
        loop = Loop()
        events._set_event_loop_policy(Policy())
        async def whole():
            return await awaitable
        try:
            return loop.run_until_complete(whole())
        finally:
            try:
                tasks = asyncio.all_tasks(loop)
                for task in tasks:
                    task.cancel()
                if tasks:
                    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            finally:
                loop.close()

    def told(error, name):
        if isinstance(error, SyntaxError):
            # The name of the error first: the line that it quotes may be as long as the program.
            where = "" if error.lineno is None else " (line " + str_(error.lineno) + ")"
            return type_(error).__name__ + ": " + str_(error.msg) + where
        text = "".join(format_only(type_(error), error)).strip()
        line = None
        for frame, number in walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith("<step"):
                line = number
        if line is None:
            return text
        return text + " (line " + str_(line) + ")"

    def answer(kind, text):
        printed = "".join(output.parts)
        return kind + "\n" + str_(len_(printed)) + "\n" + printed + text

    def step(source, budget, value_budget):
        nonlocal steps
        steps += 1
        name = "<step " + str_(steps) + ">"
        output.parts, output.size, output.budget, output.over = [], 0, budget, False
        value = None
        try:
            try:
                tree = parse(source, name)
                last = tree.body.pop() if tree.body and isinstance(tree.body[-1], Expr) else None
                body = compile_(tree, name, "exec", flags)
                ending = None if last is None else compile_(Expression(last.value), name, "eval", flags)
            except (SyntaxError, ValueError, OverflowError) as error:
                return answer("syntax", told(error, name))
            cache[name] = (len_(source), None, source.splitlines(True), name)
            lines_of(body)
            if ending is not None:
                value = lines_of(ending)
                if is_awaitable(value):
                    value = run_loop(value)
            if output.over:
                raise OutputLimit()
        except OutputLimit:
            return answer("output-limit", "")
        except SystemExit as error:
            if error.code is None or error.code == 0:
                return answer("ok", "")
            return answer("runtime", "SystemExit: " + str_(error.code))
        except KeyboardInterrupt as error:
            return answer("interrupt", told(error, name))
        except MemoryError as error:
            error.__traceback__ = None
            return answer("memory", "")
        except BaseException as error:
            if output.over:
                return answer("output-limit", "")
            try:
                return answer("runtime", told(error, name))
            except OutputLimit:
                return answer("output-limit", "")
            except MemoryError:
                return answer("memory", "")
            except KeyboardInterrupt:
                return answer("interrupt", "")
            except BaseException:
                return answer("runtime", type_(error).__name__)
        if value is None:
            return answer("ok", "")
        try:
            shown = repr_(value)
            if type_(shown) is not str_:
                shown = str_.__str__(shown)
            main["_"] = value
            return answer("ok", shown[:value_budget + 1])
        except KeyboardInterrupt:
            return answer("interrupt", "")
        except MemoryError:
            return answer("memory", "")
        except OutputLimit:
            return answer("output-limit", "")
        except BaseException as error:
            try:
                return answer("unserializable", told(error, name))
            except BaseException:
                return answer("unserializable", type_(error).__name__)

    def begin(seed):
        # Not before: what comes back from a snapshot is made ready with the modules that are hidden here.
        events._event_loop_policy = Policy()
        events._set_running_loop(None)
        sys.stdout = sys.__stdout__ = sys.stderr = sys.__stderr__ = output
        main.clear()
        main.update(__name__="__main__", __builtins__=builtins, __doc__=None, __package__=None, __spec__=None, __loader__=None)
        hide()
        random.seed(seed)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(seed % 2**32)

    main["__turnwise__"] = (step, begin)

_prelude()
`;
