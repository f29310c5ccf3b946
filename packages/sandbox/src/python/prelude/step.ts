/**
 * One step, a cell of a notebook: its last expression is its value, a value that can be awaited is awaited.
 *
 * `step` answers `kind`, a line break, the length of the output, a line break, the output and then the text. The kinds
 * are `ok`, `syntax`, `runtime`, `memory`, `output-limit`, `unserializable` and `interrupt`.
 */
export const pythonStep = String.raw`    # ---- a step ----
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

`;
