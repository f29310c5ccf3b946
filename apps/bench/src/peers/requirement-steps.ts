/**
 * The requirements in the order and the portions in which they are installed, each by one call of pip: the small ones
 * together, then each large one (torch and what it loads) by itself, so that an interrupted set-up keeps what it has.
 *
 * @param text of a requirements file: one `name==version` a line, with an optional marker; `#` begins a comment.
 */
export function requirementSteps(text: string): readonly (readonly string[])[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  const large = lines.filter((line) => /^(torch|triton|nvidia-)/.test(line));
  const small = lines.filter((line) => !large.includes(line));
  return [...(small.length === 0 ? [] : [small]), ...large.map((line) => [line])];
}
