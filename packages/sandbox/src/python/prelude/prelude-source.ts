import { pythonEventLoop } from './event-loop.js';
import { pythonNoHost } from './no-host.js';
import { pythonStep } from './step.js';
import { pythonStreams } from './streams.js';

/**
 * Python that runs before any other code, in the interpreter that is then kept as a snapshot. It takes what it needs
 * first, because later code may replace everything, and leaves the two functions that the worker calls,
 * `step(source, outputBudget, valueBudget)` and `begin(seed)`, as the pair `__turnwise__`. Its parts are the body of one
 * function, so that nothing of them is left but that pair.
 */
export const pythonPrelude = `
def _prelude():
    import ast, asyncio, builtins, inspect, linecache, os, posix, random, socket, ssl, sys, time, traceback
    from asyncio import base_events, events, runners

    # What most programs import costs nothing when the snapshot has it.
    import bisect, collections, copy, dataclasses, datetime, decimal, enum, fractions, functools, heapq, itertools
    import json, math, operator, re, statistics, string, textwrap, typing, uuid

${pythonEventLoop}${pythonStreams}${pythonNoHost}${pythonStep}    def begin(seed):
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
