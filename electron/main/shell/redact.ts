/** Shapes of secrets: bearer tokens, JWTs, app passwords, API keys, and values behind telling names. */
const SECRETS: readonly RegExp[] = [
  /\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b/g,
  /\b(sk|pk|rk|xox[abp]|gh[pousr])[-_][\w-]{8,}/g,
  /("?(?:password|token|secret|authorization|accessJwt|refreshJwt|api[_-]?key)"?\s*[:=]\s*)"?[^"\s,}]+"?/gi,
];

/** `text` without what looks like a secret. */
export const redact = (text: string): string =>
  SECRETS.reduce(
    (rest, shape) =>
      rest.replace(shape, (_, name: unknown) =>
        typeof name === 'string' && /[:=]\s*$/.test(name) ? `${name}[redacted]` : '[redacted]',
      ),
    text,
  );
