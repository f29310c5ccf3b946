/** An event loop with a clock of its own, which jumps to the next timer; when nothing is left to wait for, it says so. */
export const pythonEventLoop = `    # ---- the event loop: no selector of the system, a clock that jumps ----
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

`;
