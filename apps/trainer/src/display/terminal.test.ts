import { describe, expect, it } from 'vitest';
import { terminalOf } from './terminal.js';

function screen(isTTY: boolean, environment: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY, columns: 20 };
  return { terminal: terminalOf(stream, environment, platform), text: () => written.join('') };
}

describe('terminalOf', () => {
  it('colours on a TTY only, and never with NO_COLOR or a dumb terminal', () => {
    const coloured = (isTTY: boolean, environment?: Record<string, string>) =>
      screen(isTTY, environment).terminal.colours.isColorSupported;
    expect(coloured(true)).toBe(true);
    expect(coloured(false)).toBe(false);
    expect(coloured(true, { NO_COLOR: '1' })).toBe(false);
    expect(coloured(true, { TERM: 'dumb' })).toBe(false);
    expect(coloured(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(coloured(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  it('keeps to ASCII in the C locale, on a dumb terminal and in the old console of Windows', () => {
    expect(screen(true, { LANG: 'en_US.UTF-8' }).terminal.unicode).toBe(true);
    expect(screen(true).terminal.unicode).toBe(true);
    expect(screen(true, { LANG: 'C' }).terminal.unicode).toBe(false);
    expect(screen(true, { LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }).terminal.unicode).toBe(false);
    expect(screen(true, { TERM: 'dumb' }).terminal.unicode).toBe(false);
    expect(screen(true, {}, 'win32').terminal.unicode).toBe(false);
    expect(screen(true, { WT_SESSION: 'x' }, 'win32').terminal.unicode).toBe(true);
  });

  it('replaces a status line on a TTY, cut to its width, and writes none elsewhere', () => {
    const tty = screen(true);
    tty.terminal.status('1 of 2, quite a long line');
    tty.terminal.status('2 of 2');
    tty.terminal.line('done');
    expect(tty.text()).toBe('1 of 2, quite a lon\r\u001b[K2 of 2\r\u001b[Kdone\n');
    const file = screen(false);
    file.terminal.status('1 of 2');
    file.terminal.line('done');
    expect(file.text()).toBe('done\n');
  });
});
