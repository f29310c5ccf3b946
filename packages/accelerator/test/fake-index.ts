import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeWheel } from './fake-wheel.js';

/** How a server misbehaves. */
export interface Misbehaviour {
  /** After how many bytes each answer with a file is cut off, one entry per answer; then it behaves. */
  cuts?: number[];
  /** How much the client has kept: a connection is cut when that is so much, since a cut takes unread bytes with it. */
  received?: () => number;
  /** The status of every answer with a file. */
  fileStatus?: number;
  /** The status of the index page. */
  pageStatus?: number;
  /** Answers everything with a web page: a captive portal. */
  portal?: boolean;
  /** Files come as web pages. */
  htmlFiles?: boolean;
  /** Files whose names begin so are listed, but answered with 404. */
  missing?: readonly string[];
  /** Leaves out the range header's meaning: always the whole file. */
  ignoreRange?: boolean;
}

export interface FakeIndex {
  readonly url: string;
  /** The range header of each request for a file, `''` without one. */
  readonly ranges: string[];
  /** The authorization header of each request. */
  readonly authorizations: string[];
  close(): Promise<void>;
}

/** A simple package index on this machine, with the pages and files of some wheels. */
export async function fakeIndex(wheels: readonly FakeWheel[], how: Misbehaviour = {}): Promise<FakeIndex> {
  const ranges: string[] = [];
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization ?? '');
    const path = request.url ?? '';
    const wheel = wheels.find(({ pinned }) => path.endsWith(`/${pinned.file}`));
    if (how.portal) html(response, 200, '<html><body><a href="/login">Log in</a></body></html>');
    else if (wheel !== undefined) file(request, response, wheel);
    else page(response, path);
  });
  const html = (response: ServerResponse, status: number, text: string) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(text);
  const page = (response: ServerResponse, path: string) => {
    const listed = wheels.filter(({ pinned }) => path === `/simple/${pinned.project}/`);
    if (how.pageStatus || listed.length === 0) return html(response, how.pageStatus ?? 404, 'no');
    const links = listed.map(
      ({ pinned: { file, sha256 } }) => `<a href="../../files/${file}#sha256=${sha256}">${file}</a>`,
    );
    return html(response, 200, `<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
  };
  const file = (request: IncomingMessage, response: ServerResponse, { bytes, pinned }: FakeWheel) => {
    if (how.missing?.some((name) => pinned.file.startsWith(name))) return html(response, 404, 'no');
    ranges.push(request.headers.range ?? '');
    if (how.fileStatus) return html(response, how.fileStatus, 'no');
    if (how.htmlFiles) return html(response, 200, '<html>sign in</html>');
    const asked = how.ignoreRange ? 0 : Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (asked > 0 && asked >= bytes.byteLength) return response.writeHead(416).end();
    const rest = bytes.subarray(asked);
    response.writeHead(asked > 0 ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': rest.byteLength,
    });
    const cut = how.cuts?.shift();
    if (cut === undefined) return response.end(rest);
    const received = () => how.received === undefined || how.received() >= asked + cut;
    return response.write(rest.subarray(0, cut), () => when(received, () => response.destroy()));
  };
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`,
    ranges,
    authorizations,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Calls back once something holds, looking every few milliseconds. */
function when(holds: () => boolean, callback: () => void): void {
  setTimeout(() => (holds() ? callback() : when(holds, callback)), 5);
}
