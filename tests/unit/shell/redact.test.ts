import { describe, expect, test } from 'vitest';
import { redact } from '../../../electron/main/shell/redact';

describe('lines of the diagnostics file', () => {
  test.each([
    ['a bearer token', 'authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['a JWT', 'got eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl back', 'eyJzdWIi'],
    ['an app password', 'login failed for abcd-efgh-ijkl-mnop', 'abcd-efgh-ijkl-mnop'],
    ['an API key', 'key sk-proj-12345678abcdef', '12345678abcdef'],
    ['a field of JSON', '{"refreshJwt":"topsecret","x":1}', 'topsecret'],
  ])('do not hold %s', (_what, line, secret) => {
    expect(redact(line)).not.toContain(secret);
    expect(redact(line)).toContain('[redacted]');
  });

  test('keep what is no secret', () => {
    expect(redact('the sweep ran {"jobs":3}')).toBe('the sweep ran {"jobs":3}');
  });
});
