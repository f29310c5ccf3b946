import pc from 'picocolors';

/** Where a display writes and what that place can show. */
export interface Terminal {
  /** Writes one line. */
  line(text?: string): void;
  /** Replaces the unfinished last line; on what is no terminal nothing is written. */
  status(text: string): void;
  readonly colours: ReturnType<typeof pc.createColors>;
  /** Lines and blocks beyond ASCII are shown. */
  readonly unicode: boolean;
  /** Somebody may be looking: lines can be replaced. */
  readonly interactive: boolean;
  readonly columns: number;
}

/** The part of a stream that a terminal needs. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A terminal on a stream. Colours: on a TTY whose `TERM` is not `dumb`, unless `NO_COLOR` is set to anything;
 * `FORCE_COLOR` turns them on elsewhere. Beyond ASCII: unless the locale is `C` or `POSIX` or the terminal is dumb.
 */
export function terminalOf(stream: OutputStream, environment: Environment, platform = process.platform): Terminal {
  const dumb = environment['TERM'] === 'dumb';
  const interactive = stream.isTTY === true && !dumb;
  const forced = (environment['FORCE_COLOR'] ?? '0') !== '0';
  const noColour = (environment['NO_COLOR'] ?? '') !== '';
  let statusShown = false;
  const clear = () => {
    if (statusShown) stream.write('\r\u001b[K');
    statusShown = false;
  };
  return {
    line(text = '') {
      clear();
      stream.write(`${text}\n`);
    },
    status(text) {
      if (!interactive) return;
      clear();
      statusShown = text !== '';
      stream.write(text.slice(0, Math.max(0, (stream.columns ?? 80) - 1)));
    },
    colours: pc.createColors(!noColour && (interactive || forced)),
    unicode: !dumb && showsUnicode(environment, platform),
    interactive,
    columns: stream.columns ?? 100,
  };
}

function showsUnicode(environment: Environment, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return ['WT_SESSION', 'TERM_PROGRAM', 'CI'].some((name) => environment[name] !== undefined);
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}
