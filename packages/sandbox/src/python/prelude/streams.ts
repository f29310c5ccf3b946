/** One bounded buffer for both streams. Past 16 times its budget every further write raises. */
export const pythonStreams = `    # ---- the streams ----
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

`;
