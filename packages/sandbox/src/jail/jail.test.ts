import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { javascriptRuntime } from '../javascript-runtime.js';
import { SandboxUnavailableError } from '../pool/launcher.js';
import { bubblewrapArgs } from './bubblewrap-args.js';
import { checkJail, describeWalls, findJail } from './find-jail.js';
import { jailedCommand } from './jailed-command.js';
import { useJail } from './use-jail.js';

const found = await findJail();
// CI installs bubblewrap on Linux: a jail that cannot be built there is a failure, not something to pass over.
const expected = process.platform === 'linux' && process.env['CI'] !== undefined;

test('there is a jail where there must be one', () => {
  if (expected) expect(found).toMatchObject({ status: 'works' });
  else if (found.status === 'absent') console.warn(`jail tests skipped: ${found.reason}`);
});

describe.skipIf(found.status === 'absent')('inside the jail', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jail-'));
  writeFileSync(join(folder, 'secret'), 'secret');
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a program says that runs in the jail with the full power of Node. */
  function inside(source: string, reads: readonly string[] = []): string {
    if (found.status === 'absent') throw new Error(found.reason);
    const node = { file: process.execPath, args: ['-p', source], reads };
    const { file, args } = jailedCommand(found.jail, node);
    const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe', 'pipe'];
    return execFileSync(file, args, {
      encoding: 'utf8',
      stdio,
      env: {},
      timeout: 20_000,
      killSignal: 'SIGKILL',
    }).trim();
  }
  const attempt = (expression: string) => `(() => { try { return ${expression} } catch (e) { return e.code } })()`;

  test('no file of the host is there but the view, and nothing can be written', () => {
    const read = attempt(`require('fs').readFileSync(${JSON.stringify(join(folder, 'secret'))}, 'utf8')`);
    expect(inside(read)).toBe('ENOENT');
    expect(inside(read, [folder])).toBe('secret');
    expect(inside(attempt(`require('fs').writeFileSync(${JSON.stringify(join(folder, 'x'))}, '')`), [folder])).toBe(
      'EROFS',
    );
    for (const path of ['/x', '/tmp/x', '/usr/lib/x']) {
      expect(inside(attempt(`require('fs').writeFileSync('${path}', '')`))).toBe('EROFS');
    }
    for (const path of ['/etc/passwd', '/bin/sh', '/sys', '/dev']) {
      expect(inside(`require('fs').existsSync('${path}')`)).toBe('false');
    }
    const system = ['lib', 'lib64', 'proc', 'tmp', 'usr'];
    // Above Node, which may lie in somebody's home, there is the way to it and nothing else.
    const way = realpathSync(process.execPath).split('/').slice(1);
    const names = (path: string): string[] =>
      JSON.parse(inside(`JSON.stringify(require('fs').readdirSync('${path}'))`));
    expect(names('/').filter((name) => !system.includes(name) && name !== way[0])).toEqual([]);
    for (let depth = 1; depth < way.length; depth++) {
      const path = `/${way.slice(0, depth).join('/')}`;
      if (!system.includes(way[0] as string)) expect(names(path)).toEqual([way[depth]]);
    }
  });

  test('no environment, no shell, no other processes', () => {
    expect(inside('JSON.stringify(Object.keys(process.env).filter((name) => name !== "PWD"))')).toBe('[]');
    expect(inside(`require('child_process').spawnSync('/bin/sh', ['-c', 'id']).error.code`)).toBe('ENOENT');
    expect(inside(attempt(`process.kill(${process.pid}, 0)`))).toMatch(/ESRCH|EPERM/);
    if (found.status === 'works' && found.jail.walls.proc) {
      // The jail itself, and the command.
      expect(inside(`require('fs').readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length`)).toBe('2');
    }
  });

  test('no network: not even a server on this machine is there', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(inside('Object.keys(require("os").networkInterfaces()).filter((name) => name !== "lo").length')).toBe('0');
    const get = `new Promise((r) => require('http').get('http://127.0.0.1:${port}').on('error', (e) => r(e.code)))`;
    expect(inside(`${get}.then(console.log), ''`)).toMatch(/ECONNREFUSED|ENETUNREACH/);
    await new Promise((resolve) => server.close(resolve));
  });

  test('nobody, without capabilities', () => {
    if (found.status === 'works' && found.jail.walls.user) expect(inside('process.getuid()')).toBe('65534');
    if (found.status === 'works' && found.jail.walls.proc) {
      expect(inside(`require('fs').readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s*(\\w+)/)[1]`)).toMatch(
        /^0+$/,
      );
    }
  });
});

test('a machine without bubblewrap is told what is missing', async () => {
  expect(await checkJail('linux', '/nowhere:relative')).toEqual({
    status: 'absent',
    reason: 'bwrap is not in PATH (package bubblewrap: apt-get install bubblewrap)',
  });
  expect(await checkJail('darwin', '')).toEqual({
    status: 'absent',
    reason: 'bubblewrap works on Linux only, this is darwin',
  });
});

test('a bubblewrap that cannot build a jail is told by its own words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bwrap-'));
  writeFileSync(join(folder, 'bwrap'), '#!/bin/sh\necho "bwrap: no permission to create a namespace" >&2\nexit 1\n', {
    mode: 0o755,
  });
  const status = await checkJail('linux', folder);
  rmSync(folder, { recursive: true });
  expect(status).toEqual({
    status: 'absent',
    reason: `${join(folder, 'bwrap')} cannot build a jail here: bwrap: no permission to create a namespace`,
  });
});

test('a runtime that needs a jail refuses to start without one, unless told to', async () => {
  const absent = async () => ({ status: 'absent', reason: 'no bwrap' }) as const;
  const runtime = { ...javascriptRuntime(), name: 'Python', needsJail: true };
  await expect(useJail(runtime, undefined, absent)).rejects.toThrow(SandboxUnavailableError);
  await expect(useJail(runtime, undefined, absent)).rejects.toThrow(
    'Python must run inside a jail, and there is none: no bwrap',
  );
  expect((await useJail(runtime, 'off', absent)).report).toEqual({ status: 'off', detail: 'turned off' });
  expect(await useJail(javascriptRuntime(), undefined, absent)).toMatchObject({
    report: { status: 'off', detail: 'no bwrap' },
    runtime: { command: javascriptRuntime().command },
  });
});

test('the weaker walls are said to be weaker', () => {
  expect(bubblewrapArgs({ user: false, proc: false }, { reads: [], env: {} })).not.toContain('--proc');
  expect(bubblewrapArgs({ user: false, proc: false }, { reads: [], env: {} })).toContain('--cap-drop');
  expect(describeWalls({ user: false, proc: false })).toContain('the same user as outside; no /proc');
});
