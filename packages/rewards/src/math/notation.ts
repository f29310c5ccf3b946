/** What a command or a word of mathematics is. */
export type Command =
  | { readonly kind: 'constant' | 'function' | 'opaque' | 'prefix'; readonly name: string }
  | { readonly kind: 'fraction' | 'binomial' | 'root' | 'wrapper' }
  | { readonly kind: 'fenced'; readonly name: string; readonly close: RegExp };

const constant = (name: string): Command => ({ kind: 'constant', name });
const fn = (name: string): Command => ({ kind: 'function', name });
const prefix = (name: string): Command => ({ kind: 'prefix', name });

const TRIGONOMETRY = [
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'sinh',
  'cosh',
  'tanh',
  'arcsin',
  'arccos',
  'arctan',
  'arccot',
];
const SHARED: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(TRIGONOMETRY.map((name) => [name, fn(name)])),
  ln: fn('ln'),
  log: fn('log'),
  lg: fn('lg'),
  exp: fn('exp'),
  max: fn(':max'),
  min: fn(':min'),
  gcd: fn(':gcd'),
  lcm: fn(':lcm'),
  det: fn('determinant'),
  sqrt: { kind: 'root' },
};

/** LaTeX commands, without the backslash. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ...SHARED,
  frac: { kind: 'fraction' },
  binom: { kind: 'binomial' },
  dbinom: { kind: 'binomial' },
  tbinom: { kind: 'binomial' },
  infty: constant('infinity'),
  infinity: constant('infinity'),
  emptyset: constant('emptyset'),
  varnothing: constant('emptyset'),
  lfloor: { kind: 'fenced', name: 'floor', close: /\s*\\rfloor/y },
  lceil: { kind: 'fenced', name: 'ceil', close: /\s*\\rceil/y },
  lvert: { kind: 'fenced', name: 'abs', close: /\s*\\rvert/y },
  '|': { kind: 'fenced', name: ':norm', close: /\s*\\\|/y },
  sum: { kind: 'opaque', name: 'sum' },
  prod: { kind: 'opaque', name: 'prod' },
  int: { kind: 'opaque', name: 'int' },
  lim: { kind: 'opaque', name: 'lim' },
  boxed: { kind: 'wrapper' },
  fbox: { kind: 'wrapper' },
  underline: { kind: 'wrapper' },
  angle: prefix('angle'),
  measuredangle: prefix('angle'),
  triangle: prefix('triangle'),
  overline: prefix('line'),
  widehat: prefix('arc'),
  overrightarrow: prefix('vector'),
  vec: prefix('vector'),
  hat: prefix('hat'),
  bar: prefix('line'),
};

/** Words of plain notation: `sqrt(2)`, `pi`, `oo`. */
export const WORDS: Readonly<Record<string, Command>> = {
  ...SHARED,
  asin: fn('arcsin'),
  acos: fn('arccos'),
  atan: fn('arctan'),
  abs: fn('abs'),
  floor: fn('floor'),
  ceil: fn('ceil'),
  pi: constant('pi'),
  inf: constant('infinity'),
  infty: constant('infinity'),
  infinity: constant('infinity'),
  oo: constant('infinity'),
};

export const FUNCTIONS: ReadonlySet<string> = new Set(
  [...Object.entries(COMMANDS), ...Object.entries(WORDS)]
    .filter(([, { kind }]) => kind === 'function')
    .map(([name]) => name),
);

export const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau ' +
    'upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell'
  ).split(' '),
);

/** Unit words of up to three letters; longer words behind a number are units anyway. */
export const UNIT_WORDS: ReadonlySet<string> = new Set(
  (
    'cm mm km dm nm um kg mg lb lbs oz ft in yd mi sec min hr hrs ms ml cl dl kw kwh hz mph kph kmh usd eur sq cu am pm ' +
    'pts pt day yrs yr deg rad mol atm pa kpa kj ev amp cal'
  ).split(' '),
);

/** Letters that are units when a space stands before them: `79 g`, `5 m`. */
export const UNIT_LETTERS: ReadonlySet<string> = new Set([
  'm',
  'g',
  's',
  'h',
  'L',
  'l',
  'J',
  'N',
  'W',
  'V',
  'C',
  'F',
  'K',
]);
