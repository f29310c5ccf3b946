"""The line protocol of a side: one JSON object per line, requests on stdin, replies on stdout.

A side says {"ready": {...}} once it is loaded and warm. Every request {"do": NAME, ...} is answered by one line: what the
action NAME returned, or {"error": TEXT}. Whatever a library prints goes to stderr.
"""

import json
import os
import sys
import time
import traceback


def job():
    """The job that the side was started with."""
    return json.loads(sys.argv[1])


def serve(ready, actions):
    """Answers requests until stdin ends. `actions` maps a name to a function of the request."""
    write({"ready": ready})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            write(actions[request["do"]](request))
        except Exception:  # the driver decides what becomes of the row
            write({"error": traceback.format_exc()})


def timed(work, synchronize=lambda: None):
    """The action `sample`: runs `work` `repeats` times and says how long one took."""

    def sample(request):
        repeats = request["repeats"]
        cpu = time.process_time()
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        synchronize()
        seconds = time.perf_counter() - start
        return {"seconds": seconds / repeats, "cpuSeconds": time.process_time() - cpu}

    return sample


def memory(_request=None):
    """The action `memory`: peak and present resident bytes of this process.

    What the CUDA build keeps of its libraries in memory is taken off while no GPU is used: a build for the processor
    would not have it.
    """
    import psutil

    info = psutil.Process().memory_info()
    off = 0 if _uses_cuda() else _cuda_library_bytes()
    return {"peakBytes": _peak_bytes(info) - off, "residentBytes": info.rss - off, "cudaLibraryBytes": off}


def _uses_cuda():
    torch = sys.modules.get("torch")
    return torch is not None and torch.cuda.is_initialized()


def _cuda_library_bytes():
    if not os.path.exists("/proc/self/smaps"):
        return 0
    total, counts = 0, False
    with open("/proc/self/smaps") as maps:
        for line in maps:
            field = line.split(None, 1)[0]
            if not field.endswith(":"):
                path = line.split(None, 5)[5] if len(line.split(None, 5)) == 6 else ""
                counts = "/nvidia/" in path or "libtorch_cuda" in path or "libc10_cuda" in path
            elif counts and field == "Rss:":
                total += int(line.split()[1]) * 1024
    return total


def _peak_bytes(info):
    if hasattr(info, "peak_wset"):  # Windows
        return info.peak_wset
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write(message):
    _OUT.write(json.dumps(message) + "\n")
    _OUT.flush()


# Replies keep the real stdout; everything else that writes there now writes to stderr.
_OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
