/**
 * A text without what does not change an answer in words: case, punctuation, English articles, runs of white space. As
 * in the evaluation of SQuAD (Rajpurkar et al., arXiv 1606.05250), on Unicode.
 *
 * @example exactMatch({ expected, normalize: normalizedText }); // "The Eiffel Tower." is "eiffel tower"
 */
export function normalizedText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, (mark) => (/[+%$€£-]/.test(mark) ? mark : ''))
    .replace(/(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
