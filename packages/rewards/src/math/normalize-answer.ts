/** What is written in other characters and commands but means the same, one rewriting per line. Each is linear. */
const REWRITINGS: readonly (readonly [RegExp, string])[] = [
  [/[\u200b-\u200d\u2060\ufeff]/g, ''],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' '],
  [/[−–—﹣－]/g, '-'],
  [/[×✕]/g, '\\times '],
  [/[·⋅∙]/g, '\\cdot '],
  [/÷/g, '\\div '],
  [/[≤⩽]/g, '\\le '],
  [/[≥⩾]/g, '\\ge '],
  [/≠/g, '\\ne '],
  [/[≈≃]/g, '\\approx '],
  [/±/g, '\\pm '],
  [/∓/g, '\\mp '],
  [/∞/g, '\\infty '],
  [/∪/g, '\\cup '],
  [/∩/g, '\\cap '],
  [/∈/g, '\\in '],
  [/∖/g, '\\setminus '],
  [/∅/g, '\\emptyset '],
  [/[°º]/g, '^\\circ '],
  [/√/g, '\\sqrt '],
  [/π/g, '\\pi '],
  [/ℝ/g, '\\mathbb{R}'],
  [/ℤ/g, '\\mathbb{Z}'],
  [/²/g, '^{2}'],
  [/³/g, '^{3}'],
  [/½/g, '\\frac{1}{2}'],
  [/¼/g, '\\frac{1}{4}'],
  [/¾/g, '\\frac{3}{4}'],
  [/％/g, '%'],
  [/，/g, ','],
  [/；/g, ';'],
  [/：/g, ':'],
  [/（/g, '('],
  [/）/g, ')'],
  [/(?<!\\)\\\$|[€£¥]/g, ' '],
  [/\$/g, ' '],
  [/(?<!\\)\\[[\]()]/g, ' '],
  [/\*\*(?=\D|$)(?!\s*[-\d(])/g, ' '],
  [/\\(?:left|right|bigl|bigr|Bigl|Bigr|big|Big|biggl|biggr|bigg|Bigg)(?![a-zA-Z])\s*\.?/g, ''],
  [
    /\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|hline|phantom|allowbreak|newline|boldsymbol|bm)(?![a-zA-Z])/g,
    '',
  ],
  [/\\q?quad/g, ' '],
  [/(\d)\s*\{\s*,\s*\}\s*(?=\d{3})/g, '$1'],
  [/\{,\}/g, ','],
  [/(\d),\\!\s*(?=\d{3})/g, '$1'],
  [/(\d)(?:\\!|\\,|\\ |~)\s*(?=\d{3}(?!\d))/g, '$1'],
  [/(?<!\\)\\[!,;:> ]|~/g, ' '],
  [/\\(?:dots|ldots|cdots|dotsc)(?![a-zA-Z])/g, '…'],
  [/\\[dtc]frac(?![a-z])/g, '\\frac'],
  [/\\(?:pct|percent)(?![a-z])|\\%/g, '%'],
];

/** Commands whose backslash may have been doubled by a careless escape. */
const DOUBLED =
  /(?<!\\)\\\\(?=(?:[dtc]?frac|sqrt|text|begin|end|left|right|boxed|pi|infty|cdot|times|pm|le|ge|leq|geq|in|cup|cap|circ|mathbb|mathrm|sin|cos|tan|log|ln|quad|sum|int|binom|alpha|beta|theta)(?![a-z]))/g;

/**
 * An answer with its layout, its dollar signs and the many spellings of one thing removed; still text. Digits of other
 * scripts become ASCII, thousands in LaTeX (`1{,}000`, `1\,000`) become plain, doubled backslashes single.
 */
export function normalizeAnswer(answer: string): string {
  let text = undouble(asciiDigits(answer.replace(/\s+/g, ' ')));
  for (const [pattern, replacement] of REWRITINGS) text = text.replace(pattern, replacement);
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<!\.)(?:\.|,|;|:|!(?=[a-z])|。)$/, '')
    .replace(/\\$/, '')
    .replace(/^\s*=(?!=)/, '')
    .trim();
}

function undouble(text: string): string {
  const single = text.replace(DOUBLED, '\\');
  return single === text ? text : single.replace(/\\\\\\\\/g, '\\\\');
}

/** `٤٢` and `４２` are 42. */
export function asciiDigits(text: string): string {
  return text.replace(/[^\P{Nd}0-9]/gu, (digit) => {
    const code = digit.codePointAt(0) as number;
    let zero = code;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String(code - zero);
  });
}

/** For answers in words: without markup, spaces, outer brackets and the case of words longer than a letter. */
export function plainText(answer: string): string {
  const text = normalizeAnswer(answer)
    .replace(/\\(?:text|textbf|textit|textrm|mbox|mathrm|mathbf|mathit|textnormal|operatorname)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\s+/g, '')
    .replace(/\{([^{},]*)\}/g, '$1')
    .replace(/^\(([^(),]*)\)$/, '$1')
    .replace(/\.$/, '');
  return text.length > 1 ? text.toLowerCase() : text;
}
