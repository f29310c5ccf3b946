import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const leastTokenLength = 16;

/**
 * Whether a request carries the token: `Bearer TOKEN`, or `Basic` with it as the password, which is what clients make
 * of `http://any:TOKEN@host`. Takes as long for a token that is nearly right as for any other.
 */
export function isAuthorized(header: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, scheme = '', given = ''] = /^(\S+) +(.*)$/.exec(header ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return isSame(given, token);
    case 'basic':
      return isSame(
        Buffer.from(given, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, ''),
        token,
      );
    default:
      return false;
  }
}

/**
 * Whether a request without a token comes from this machine and from no web page: its `Host` is a loopback address, so
 * that a name that was bound to one afterwards is none, and its `Origin`, if it has one, is this very server.
 */
export function isLocalRequest({ host, origin }: IncomingHttpHeaders): boolean {
  const { hostname = '' } = URL.parse(`http://${host}`) ?? {};
  if (host === undefined || !isLoopback(hostname.replace(/^\[|\]$/g, ''))) return false;
  return origin === undefined || origin === `http://${host}`;
}

/**
 * Code of nobody knows whom may run for whoever reaches the port, so beyond this machine a token is asked for.
 *
 * @throws RangeError for a host beyond loopback without a token, or a token of less than 16 characters
 */
export function checkHost(host: string, token: string | undefined): void {
  if (token !== undefined && token.length < leastTokenLength) {
    throw new RangeError(`token: must have at least ${leastTokenLength} characters, got ${token.length}`);
  }
  if (token === undefined && !isLoopback(host)) {
    throw new RangeError(`token: must be given for a host beyond loopback, got none for ${host}`);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
