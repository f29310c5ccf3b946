/** Stands before what a program reports about itself. */
export const MARK = 'turnwise-tests:';

/**
 * JavaScript that is put before the code under test: `turnwiseReport(checks)` runs functions and gives what they return
 * as text. It holds the functions of the language that it needs, so that the code under test cannot replace them.
 */
export const REPORTER = `const turnwiseReport = ((stringify, encode) => (checks) => {
  const plain = (key, value) => (typeof value === 'number' && value - value !== 0 ? { number: '' + value } : value);
  let report = '';
  for (let i = 0; i < checks.length; i++) {
    let result;
    try { result = stringify(checks[i](), plain); } catch { result = undefined; }
    report += (i === 0 ? '' : '|') + (typeof result === 'string' ? encode(result) : '');
  }
  return ${JSON.stringify(MARK)} + checks.length + '|' + report;
})(JSON.stringify, encodeURIComponent);`;

/**
 * What the checks of a program returned, as JSON values in order; `undefined` for one that threw or returned no JSON.
 *
 * @returns `null` when the text holds no whole report of so many checks.
 */
export function readReport(text: string, checks: number): unknown[] | null {
  const at = text.lastIndexOf(MARK);
  if (at < 0) return null;
  const [count, ...results] = (/^[\w%.~!*'()|-]*/.exec(text.slice(at + MARK.length))?.[0] ?? '').split('|');
  if (count !== String(checks) || results.length !== checks) return null;
  return results.map(parsed);
}

function parsed(result: string): unknown {
  try {
    return result === '' ? undefined : JSON.parse(decodeURIComponent(result));
  } catch {
    return undefined;
  }
}
