/** A secret in clear, or what looks like one. */
export interface Leak {
  /** What kind of secret it is. */
  readonly type: string;
  /** Where: a path of the model, the name of a variable; '' in other text. */
  readonly key: string;
  readonly value: string;
}

interface Detector {
  readonly type: string;
  readonly value: RegExp;
  /** Counts only below keys like this. */
  readonly key?: RegExp;
}

/** Secrets that tell themselves apart by their form. Keys say which variables hold one without a form. */
const detectors: readonly Detector[] = [
  {
    type: 'Private Key',
    value:
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  {
    type: 'AWS Client ID',
    value: /\b(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}\b/g,
  },
  { type: 'AWS Secret Key', value: /aws.{0,20}["'][0-9a-z/+]{40}["']/gi },
  { type: 'AWS Secret Key', key: /aws.*secret/i, value: /(?<![\w/+=])[0-9a-z/+]{40}(?![\w/+=])/gi },
  { type: 'Github authentication', value: /\b(?:gh[oprsu]_\w{36,}|github_pat_\w{60,})/g },
  { type: 'GitLab token', value: /\bglpat-[\w-]{20,}/g },
  { type: 'Slack token', value: /\bxox[abeoprs]-[\w-]{10,}/g },
  { type: 'Google API key', value: /\bAIza[\w-]{35}/g },
  { type: 'Stripe key', value: /\b[rs]k_live_\w{20,}/g },
  { type: 'npm token', value: /\bnpm_\w{36}\b/g },
  { type: 'JSON Web Token', value: /\bey[\w-]{10,}\.ey[\w-]{10,}\.[\w-]{10,}/g },
  { type: 'Password in an address', value: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@${}]+:[^\s/@${}]{3,}@[^\s/@]+/gi },
];

/** Secrets in a text. @param key where it stands */
export function leaksIn(text: string, key = ''): readonly Leak[] {
  return detectors.flatMap(({ type, value, key: wanted }) =>
    wanted?.test(key) === false
      ? []
      : [...text.matchAll(value)].map(([found]) => ({ type, key, value: found })),
  );
}

/** Secrets in the values of a tree, by their path. */
export function leaksInTree(tree: unknown, path = ''): readonly Leak[] {
  if (typeof tree === 'string') return leaksIn(tree, path);
  if (Array.isArray(tree)) return tree.flatMap((item) => leaksInItem(item, path));
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) =>
    leaksInTree(value, path === '' ? key : `${path}.${key}`),
  );
}

/** `KEY=value` of a list stands for a key. */
function leaksInItem(item: unknown, path: string): readonly Leak[] {
  const [, key, value] = (typeof item === 'string' && /^(\w+)=(.*)$/s.exec(item)) || [];
  return key === undefined || value === undefined
    ? leaksInTree(item, path)
    : leaksIn(value, `${path}.${key}`);
}

/** Secrets in a file of variables, by their names; or in any other text. */
export function leaksInLines(text: string): readonly Leak[] {
  const leaks = text.split('\n').flatMap((line) => {
    const [, key, value] = /^\s*(?:export\s+)?(\w+)\s*=(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : leaksIn(value.trim(), key);
  });
  const known = new Set(leaks.map(({ value }) => value));
  return [...leaks, ...leaksIn(text).filter(({ value }) => !known.has(value))];
}

const keyword =
  /passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|auth|service|account|db|database|priv|private|client|access|encryption)_?key|(?:db|database|key)_?pass/i;

/** Whether a variable of this name should hold a secret, and this is one: not a variable in its place. */
export function isSuspicious(key: string, value: string): boolean {
  return keyword.test(key.replaceAll('-', '_')) && isLiteral(value);
}

/** Text that is published as it is: at least three characters, and no variable stands for it. */
export function isLiteral(value: string): boolean {
  const text = value.replaceAll('$$', 'X').trim();
  return text.length >= 3 && !/^[${]/.test(text) && !text.endsWith('}');
}
