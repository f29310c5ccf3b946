/**
 * The text itself if it has at most `maxCharacters` characters, else its beginning and `~`, `maxCharacters` together.
 * A character is a Unicode code point. Throws a `RangeError` if `maxCharacters` is not an integer of at least 1.
 */
export function clipText(text: string, maxCharacters: number): string {
  if (!Number.isInteger(maxCharacters) || maxCharacters < 1) {
    throw new RangeError(`clipText: maxCharacters must be an integer of at least 1, got ${maxCharacters}`);
  }
  const characters = Array.from(text);
  if (characters.length <= maxCharacters) return text;
  return `${characters.slice(0, maxCharacters - 1).join('')}~`;
}
