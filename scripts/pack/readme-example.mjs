/**
 * The first block of a README that is fenced as TypeScript (`ts`), without the fences; null if it has none.
 *
 * @param {string} readme
 * @returns {string | null}
 */
export function readmeExample(readme) {
  const match = /^```ts[^\S\n]*\n([\s\S]*?)^```[^\S\n]*$/m.exec(readme.replace(/\r\n/g, '\n'));
  return match?.[1] ?? null;
}
