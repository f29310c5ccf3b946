/** The text as a pattern that matches exactly it, in JavaScript and in the regular expressions of `tokenizer.json`. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
