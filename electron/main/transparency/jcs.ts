export class CanonicalJsonError extends Error {
  readonly path: string;
  constructor(path: string, what: string) {
    super(`${path}: ${what}`);
    this.name = 'CanonicalJsonError';
    this.path = path;
  }
}

/** Replaces lone surrogates: a message cut inside an emoji must not stop the log. */
export const wellFormed = (text: string): string => text.toWellFormed();

/**
 * Canonical JSON (RFC 8785) for the subset that entries use: objects, arrays, strings, booleans and integers that
 * every reader represents exactly. Floats, null and anything else throw, so that no entry depends on how a language
 * prints a number. Undefined members are left out (absent rather than null).
 */
export function jcs(value: unknown, path = '$'): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(wellFormed(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new CanonicalJsonError(path, 'only integers below 2^53 are allowed');
      return Object.is(value, -0) ? '0' : String(value);
    case 'object':
      if (value === null) throw new CanonicalJsonError(path, 'null is not allowed, leave the member out');
      return Array.isArray(value) ? jcsArray(value, path) : jcsObject(value, path);
    default:
      throw new CanonicalJsonError(path, `${typeof value} is not allowed`);
  }
}

function jcsArray(items: readonly unknown[], path: string): string {
  return `[${items.map((item, index) => jcs(item, `${path}[${index}]`)).join(',')}]`;
}

function jcsObject(value: object, path: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new CanonicalJsonError(path, 'only plain objects are allowed');
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => [wellFormed(key), member as unknown] as const)
    // RFC 8785 sorts by UTF-16 code units, which is what < compares.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (let i = 1; i < members.length; i++) {
    if (members[i]?.[0] === members[i - 1]?.[0])
      throw new CanonicalJsonError(path, 'two members have the same name');
  }
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${jcs(member, `${path}.${key}`)}`).join(',')}}`;
}
