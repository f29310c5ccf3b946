import type { InstallEvent } from '../install/install-event.js';

/** Where progress goes: a terminal, whose line is rewritten, or a file, which gets a line now and then. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between two versions of the line: on a terminal, elsewhere. */
const TERMINAL_PAUSE = 100;
const FILE_PAUSE = 10_000;

/**
 * Turns the events of an installation into lines. A download is one line with megabytes, rate and time left:
 * rewritten ten times a second on a terminal, else written anew every ten seconds and at its end.
 */
export function progressWriter(target: ProgressTarget, now: () => number = Date.now): (event: InstallEvent) => void {
  let open = false;
  let file: string | null = null;
  let began = 0;
  let from = 0;
  let last = 0;
  const endLine = () => {
    if (open) target.write('\n');
    open = false;
  };
  return (event) => {
    switch (event.status) {
      case 'note':
        endLine();
        target.write(`${event.text}\n`);
        return;
      case 'download': {
        const time = now();
        if (event.file !== file) {
          file = event.file;
          began = time;
          from = event.done;
          last = target.isTTY ? 0 : time;
        }
        const complete = event.done >= event.total;
        if (!complete && time - last < (target.isTTY ? TERMINAL_PAUSE : FILE_PAUSE)) return;
        last = time;
        const line = downloadLine(event, (event.done - from) / Math.max(1, time - began));
        target.write(target.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
        open = target.isTTY === true;
        if (complete) endLine();
        return;
      }
      default:
        event satisfies never;
    }
  };
}

/** `rate` in bytes per millisecond. */
function downloadLine(event: Extract<InstallEvent, { status: 'download' }>, rate: number): string {
  const size = `${megabytes(event.done)} of ${megabytes(event.total)} MB`;
  const left = rate > 0 ? (event.total - event.done) / rate / 1000 : Number.POSITIVE_INFINITY;
  const time = Number.isFinite(left) ? `, ${Math.ceil(left)} s left` : '';
  const name = event.file.split('-').slice(0, 2).join(' ');
  return `downloading ${name}: ${size}, ${((rate * 1000) / 1e6).toFixed(1)} MB/s${event.done < event.total ? time : ''}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
