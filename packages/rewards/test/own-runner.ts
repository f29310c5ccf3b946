import type { CodeRunner } from '@turnwise/trajectory';

/**
 * Runs the programs of these tests, which are ours; a sandbox stands here in earnest. Shows the printed lines, then the
 * last value. What the programs overwrite is theirs alone.
 */
export const ownRunner: CodeRunner = {
  run: async (code) => {
    const lines: unknown[] = [];
    const own = {
      console: { log: (line: unknown) => lines.push(line) },
      JSON: { stringify: JSON.stringify, parse: JSON.parse },
      encodeURIComponent,
    };
    try {
      lines.push(new Function(...Object.keys(own), 'code', 'return eval(code)')(...Object.values(own), code));
      return { status: 'ok', text: lines.join('\n') };
    } catch (error) {
      return { status: 'error', text: String(error) };
    }
  },
};
