import { afterEach, describe, expect, it } from 'vitest';
import type { AccountView } from '@shared/ipc/accounts';
import type { Post } from '@shared/ipc/composer';
import type { App } from '../fakes/app';
import { multiSteps, openMultiStep, type MultiStep, type OnWrite } from '../fakes/multi-step';
import type { OpenStandIn, StandInId } from '../fakes/stand-ins';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
async function opened<Id extends StandInId>(id: Id, looks = 0) {
  const kind = multiSteps.find((one) => one.id === id) as unknown as MultiStep<Id>;
  const world = await openMultiStep(kind, looks);
  open.push(world.close);
  const { app, account } = await world.connected();
  return { ...world, kind, app, account, once: kind.texts.map(() => 1), never: kind.texts.map(() => 0) };
}
const LINKEDIN_SCOPES = [
  'openid',
  'profile',
  'w_organization_social',
  'r_organization_social',
  'rw_organization_admin',
];
const HOUR = 60 * 60_000;
const isWaiting = (app: App) => async (): Promise<boolean> =>
  (await app.ask('outbox.list', {})).some(({ problem }) => problem?.kind === 'media_pending');
const errors = (app: App) => app.ports.log.lines.filter(({ level }) => level === 'error');

/** Networks that work on what they were sent before it can be published. */
const slow = multiSteps.filter((kind) => 'slow' in kind && kind.slow).map(({ id }) => id);

describe.each(slow)('while %s works on the media', (id) => {
  it.each([5, -5])(
    'the clock is set by %i hours: it is published once, and not hours later',
    async (hours) => {
      const { app, account, publish, times, once } = await opened(id, 2);
      const post = await publish(app, account);
      await app.passUntil(isWaiting(app), 1_000);
      const begun = app.clock.monotonic();
      app.clock.jump(hours * HOUR);
      expect((await app.settled(post)).state).toBe('published');
      expect(app.clock.monotonic() - begun).toBeLessThan(HOUR / 2);
      expect(times()).toEqual(once);
      expect(errors(app)).toEqual([]);
    },
  );

  it('its account is removed: nothing is published, nothing stays behind', async () => {
    const { app, account, publish, times, never, start } = await opened(id, 2);
    const post = await publish(app, account);
    await app.passUntil(isWaiting(app), 1_000);
    await app.ask('accounts.remove', { accountId: account.id });
    expect(await app.ask('outbox.list', {})).toEqual([]);
    for (let minutes = 0; minutes < 30; minutes += 1) await app.pass(60_000);
    await app.stop();
    const next = await start({ dir: app.dir, secrets: app.ports.secrets, clock: app.clock });
    for (let minutes = 0; minutes < 30; minutes += 1) await next.pass(60_000);
    if (id !== 'youtube') expect(times()).toEqual(never);
    expect(await next.ask('outbox.list', {})).toEqual([]);
    expect((await next.ask('composer.get', { id: post.id })).variants).toEqual([]);
    expect([...errors(app), ...errors(next)]).toEqual([]);
  });
});

describe('the sign-in runs out between two steps', () => {
  /** Spoils the sign-in after the first write, once. */
  const spoilOnce = (spoil: () => void): OnWrite => {
    let done = false;
    return ({ at, sent }) => {
      if (done || at !== 1 || !sent) return;
      done = true;
      spoil();
    };
  };
  const renewed: { readonly [Id in 'x' | 'youtube' | 'facebook']: (one: OpenStandIn<Id>) => void } = {
    x: ({ stub }) => stub.break('expired_token'),
    youtube: ({ stub }) => stub.break('expired_token'),
    facebook: ({ stub }) => stub.break('expired_token'),
  };
  it.each(['x', 'youtube', 'facebook'] as const)(
    '%s renews it by itself: it is published once, without its person',
    async (id) => {
      const world = await opened(id);
      const { app, account, publish, times, once } = world;
      const spoil = renewed[id] as (one: unknown) => void;
      const post = await publish(
        app,
        account,
        spoilOnce(() => spoil(world.standIn)),
      );
      expect(await app.settled(post)).toMatchObject({ state: 'published', problem: null });
      expect(times()).toEqual(once);
      expect((await app.view(account.id)).health).not.toBe('reconnect');
    },
  );

  /** What the person enters who signs in anew. */
  type Again = (one: { readonly stub: unknown }) => Readonly<Record<string, string>>;
  const ended: readonly (readonly [StandInId, (one: { readonly stub: unknown }) => void, Again])[] = [
    [
      'instagram',
      (one) => (one as OpenStandIn<'instagram'>).stub.passTime(61 * 24 * HOUR),
      (one) => ({ token: (one as OpenStandIn<'instagram'>).stub.token() }),
    ],
    [
      'threads',
      (one) => (one as OpenStandIn<'threads'>).stub.passTime(61 * 24 * HOUR),
      (one) => ({ token: (one as OpenStandIn<'threads'>).stub.token() }),
    ],
    [
      'linkedin',
      (one) => (one as OpenStandIn<'linkedin'>).stub.break('expired_token'),
      (one) => ({ token: (one as OpenStandIn<'linkedin'>).stub.tokenWith(...LINKEDIN_SCOPES) }),
    ],
  ];
  it.each(ended)(
    '%s cannot renew it: the post waits, and is published once after the person has signed in anew',
    async (id, end, again) => {
      const world = await opened(id);
      const { app, account, publish, times, once, never, standIn } = world;
      const post: Post = await publish(
        app,
        account,
        spoilOnce(() => end(standIn)),
      );
      await app.passUntil(async () => (await app.view(account.id)).health === 'reconnect');
      await app.pass(HOUR / 4);
      expect(times()).toEqual(never);
      expect(['publishing', 'scheduled']).toContain((await app.variant(post)).state);
      const { method } = standIn.signIn;
      const input = { network: id, method, fields: again(standIn), accountId: account.id };
      await app.ask('accounts.connect', input);
      expect(((await app.view(account.id)) satisfies AccountView).health).not.toBe('reconnect');
      expect((await app.settled(post)).state).toBe('published');
      expect(times()).toEqual(once);
    },
  );
});
