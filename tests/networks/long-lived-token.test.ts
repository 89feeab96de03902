import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../electron/main/networks/errors';
import { createTokenKeeper } from '../../electron/main/networks/long-lived-token';
import { createTestContext, hurriedClock } from './context';

const DAY_MS = 86_400_000;
const rules = { renewFromMs: DAY_MS, renewBelowMs: 30 * DAY_MS, retryMs: 3_600_000 };
const profile = { remoteId: '1', handle: 'brand', displayName: 'Brand', serviceUrl: 'https://example.com' };

const open = () => {
  const { ctx, abort } = createTestContext({ profile, secrets: {}, clock: hurriedClock(1) });
  let stored = { token: 'old', renewedAt: 0, expiresAt: Date.now() + DAY_MS };
  return {
    ctx,
    abort,
    renewing: (ask: () => Promise<{ readonly token: string; readonly lifeMs: number }>) => ({
      read: () => stored,
      ask,
      store: (next: typeof stored) => void (stored = next),
    }),
  };
};

describe('a long-lived token', () => {
  it('is renewed for those who wait for a renewal whose caller gave up', async () => {
    const { ctx, renewing } = open();
    const keeper = createTokenKeeper(rules);
    let giveUp = () => undefined as void;
    const first = keeper.keep(
      { ...ctx, signal: AbortSignal.abort() },
      renewing(
        () =>
          new Promise((_resolve, reject) => {
            giveUp = () => reject(new NetworkError({ kind: 'cancelled' }, 'no'));
          }),
      ),
    );
    const second = keeper.keep(
      ctx,
      renewing(async () => ({ token: 'new', lifeMs: 60 * DAY_MS })),
    );
    giveUp();
    await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await second).token).toBe('new');
  });

  it('is not renewed again for its own caller who gave up', async () => {
    const { ctx, abort, renewing } = open();
    abort();
    let asked = 0;
    const keeper = createTokenKeeper(rules);
    const kept = keeper.keep(
      ctx,
      renewing(() => {
        asked += 1;
        return Promise.reject(new NetworkError({ kind: 'cancelled' }, 'no'));
      }),
    );
    await expect(kept).rejects.toMatchObject({ kind: 'cancelled' });
    expect(asked).toBe(1);
  });
});
