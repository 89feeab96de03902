import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../electron/main/networks/errors';
import { createOAuthSessions } from '../../electron/main/networks/oauth-session';
import { createTestContext } from './context';
import { errorOf } from './outcome';
import { patientClock } from './patient-clock';

type Session = { readonly token: string; readonly endsAt: string };
const profile = { remoteId: 'own', handle: 'own', displayName: 'Own', serviceUrl: 'https://a.example' };
const NOW = 1_700_000_000_000;
const expired = () => new NetworkError({ kind: 'auth_expired' }, 'no');

function setUp(endsAt = NOW + 3_600_000, isRenewable = true) {
  const asked: string[] = [];
  let answer: () => Promise<string> = () => Promise.resolve(`token-${asked.length}`);
  const sessions = createOAuthSessions<Session>({
    read: ({ token = '', endsAt: end = '' }) => ({ token, endsAt: end }),
    tokenOf: ({ token }) => token,
    isRenewable: () => isRenewable,
    endOf: (session) => Number(session.endsAt),
    renew: async ({ signal }, old) => {
      asked.push(old.token);
      const token = await answer();
      if (signal.aborted) throw new NetworkError({ kind: 'cancelled' }, 'no');
      return { token, endsAt: String(NOW + 7_200_000) };
    },
  });
  const secrets = { token: 'first', endsAt: String(endsAt) };
  const test = createTestContext({ profile, secrets, clock: patientClock(() => NOW) });
  return { sessions, test, asked, answerWith: (next: typeof answer) => (answer = next) };
}

describe('a sign-in that is renewed by itself', () => {
  it('is renewed once for all who meet its end, and stored before it is used', async () => {
    const { sessions, test, asked } = setUp();
    const work = ({ token }: Session) =>
      token === 'first' ? Promise.reject(expired()) : Promise.resolve([token, test.stored.length] as const);
    const given = await Promise.all(Array.from({ length: 5 }, () => sessions.use(test.ctx, work)));
    expect(asked).toEqual(['first']);
    expect(given).toEqual(Array.from({ length: 5 }, () => ['token-1', 2]));
  });

  it('is renewed a minute before it runs out, and not earlier', async () => {
    const near = setUp(NOW + 60_000);
    expect(await near.sessions.use(near.test.ctx, async ({ token }) => token)).toBe('token-1');
    const far = setUp(NOW + 60_001);
    expect(await far.sessions.use(far.test.ctx, async ({ token }) => token)).toBe('first');
  });

  it('is renewed to the end for others when the one who began it gives up', async () => {
    const { sessions, test, asked, answerWith } = setUp(NOW);
    let tell: (token: string) => void = () => undefined;
    answerWith(() => new Promise((resolve) => (tell = resolve)));
    const other = { ...test.ctx, signal: new AbortController().signal };
    const begun = sessions.use(test.ctx, async ({ token }) => token);
    const waiting = sessions.use(other, async ({ token }) => token);
    test.abort();
    tell('renewed');
    expect(await waiting).toBe('renewed');
    await begun;
    expect(asked).toHaveLength(1);
    expect(test.stored.at(-1)).toMatchObject({ token: 'renewed' });
  });

  it('is over where it cannot be renewed, and where the new token is refused too', async () => {
    const fixed = setUp(NOW, false);
    const refused = () => Promise.reject(expired());
    expect(await errorOf(fixed.sessions.use(fixed.test.ctx, refused))).toMatchObject({
      kind: 'auth_revoked',
    });
    expect(fixed.asked).toEqual([]);
    const lost = setUp();
    expect(await errorOf(lost.sessions.use(lost.test.ctx, refused))).toMatchObject({ kind: 'auth_revoked' });
    expect(lost.asked).toEqual(['first']);
  });

  it('keeps the old one when renewing fails for a passing reason, and tries again with the next call', async () => {
    const { sessions, test, asked, answerWith } = setUp(NOW);
    answerWith(() => Promise.reject(new NetworkError({ kind: 'server' }, 'no')));
    const work = async ({ token }: Session) => token;
    expect(await errorOf(sessions.use(test.ctx, work))).toMatchObject({ kind: 'server' });
    expect(test.stored).toHaveLength(1);
    answerWith(() => Promise.resolve('renewed'));
    expect(await sessions.use(test.ctx, work)).toBe('renewed');
    expect(asked).toEqual(['first', 'first']);
  });

  it('leaves other refusals as they are', async () => {
    const { sessions, test, asked } = setUp();
    const refused = new NetworkError({ kind: 'permission' }, 'no');
    expect(await errorOf(sessions.use(test.ctx, () => Promise.reject(refused)))).toEqual(refused.info);
    expect(asked).toEqual([]);
  });
});
