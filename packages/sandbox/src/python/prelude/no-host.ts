/**
 * `time.sleep` returns at once; processes, the network and the modules of the host are gone. That is for tidiness: code can
 * find its way around it, and the jail is the wall.
 */
export const pythonNoHost = `    # ---- what is no part of the tool ----
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

`;
