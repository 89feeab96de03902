import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountCtx, Network, Write } from '../../electron/main/networks/network';
import { startFacebookStub } from '../servers/facebook/stub';
import { ANA as FACEBOOK_ANA, PAGE } from '../servers/facebook/store';
import { ANA } from '../servers/instagram/store';
import { infoOf, openInstagram } from '../servers/instagram/world';
import { jobOf, runJob } from './drive';
import { clock, connectedTo } from './facebook-context';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

type Opened = {
  readonly network: Network;
  /** At the time of the stub. */
  readonly ctx: AccountCtx;
  readonly person: string;
  readonly receive: (text: string, at?: number) => void;
  readonly answerAs: (text: string) => void;
  readonly sent: () => readonly string[];
  readonly now: () => number;
  readonly passTime: (ms: number) => unknown;
  readonly grant: () => unknown;
  readonly calls: readonly string[];
  readonly close: () => Promise<unknown>;
};

async function openFacebook(): Promise<Opened> {
  const stub = await startFacebookStub();
  let ahead = 0;
  const { network, context } = await connectedTo(stub);
  return {
    network,
    ctx: context({ clock: { ...clock, now: () => Date.now() + ahead } }).ctx,
    person: `dm:${FACEBOOK_ANA}`,
    receive: (text, at) => void stub.store.addMessage({ text, at }),
    answerAs: (text) => void stub.store.addMessage({ text, by: PAGE, person: FACEBOOK_ANA }),
    sent: stub.sentMessages,
    now: () => Date.now() + ahead,
    passTime: (ms) => [stub.passTime(ms), (ahead += ms)],
    grant: stub.grantHumanAgent,
    calls: stub.calls,
    close: stub.close,
  };
}

async function openInstagramBy(way: 'instagram' | 'facebook'): Promise<Opened> {
  const world = await openInstagram(way);
  const { store } = world.stub;
  return {
    network: world.network,
    ctx: world.test.ctx,
    person: `person:${ANA.id}`,
    receive: (text, at) => void store.letter({ text, ...(at !== undefined && { at }) }),
    answerAs: (text) => void store.letter({ text, person: ANA.id, own: true }),
    sent: () => store.letters.filter(({ own }) => own).map(({ text }) => text),
    now: world.stub.now,
    passTime: world.stub.passTime,
    grant: world.stub.grantHumanAgent,
    calls: world.stub.calls,
    close: world.close,
  };
}

describe.each([
  ['Messenger', openFacebook],
  ['Instagram by its own login', () => openInstagramBy('instagram')],
  ['Instagram by Facebook Login', () => openInstagramBy('facebook')],
] as const)('a late answer on %s', (_name, open) => {
  let on: Opened;
  beforeEach(async () => {
    on = await open();
  });
  afterEach(() => on.close());

  const ctxWith = (humanAgent: boolean): AccountCtx => ({
    ...on.ctx,
    account: { ...on.ctx.account, features: { humanAgent } },
  });
  const dm = (text: string, lastIncomingAt?: number): Write => ({
    kind: 'dm',
    conversation: { remoteKey: on.person, type: 'dm' },
    text,
    ...(lastIncomingAt !== undefined && { lastIncomingAt }),
  });
  const send = (write: Write, ctx = ctxWith(true)) => runJob(on.network, jobOf(on.network, write, ctx), ctx);
  const sends = () => on.calls.filter((call) => /^POST .*\/messages$/.test(call)).length;

  it('leaves as a human agent for 7 days after the person wrote, and not later', async () => {
    on.grant();
    on.receive('Where is my order?');
    on.passTime(6 * DAY_MS);
    await send(dm('It is on its way.'));
    expect(on.sent()).toEqual(['It is on its way.']);
    on.passTime(DAY_MS + HOUR_MS);
    expect(await infoOf(() => send(dm('Too late')))).toMatchObject({
      kind: 'policy_blocked',
      params: { reason: 'window_closed' },
      sent: 'no',
    });
    expect(sends()).toBe(1);
  });

  it('is an ordinary one within 24 hours, for which an app needs nothing', async () => {
    on.receive('Where is my order?');
    on.passTime(23 * HOUR_MS);
    await send(dm('It is on its way.'));
    expect(on.sent()).toEqual(['It is on its way.']);
  });

  it('is chosen when it leaves, not when it was planned', async () => {
    on.grant();
    on.receive('Where is my order?');
    const job = jobOf(on.network, dm('It is on its way.'), ctxWith(true));
    await runJob(on.network, { ...job, steps: job.steps.slice(0, 1) }, ctxWith(true)).then(({ checkpoint }) =>
      Object.assign(job.done, checkpoint),
    );
    on.passTime(2 * DAY_MS);
    await runJob(on.network, job, ctxWith(true));
    expect(on.sent()).toEqual(['It is on its way.']);
  });

  it('does not leave while the account has it switched off', async () => {
    on.grant();
    on.receive('Where is my order?');
    on.passTime(2 * DAY_MS);
    for (const ctx of [ctxWith(false), on.ctx])
      expect(await infoOf(() => send(dm('x'), ctx))).toMatchObject({
        kind: 'policy_blocked',
        params: { reason: 'window_closed' },
      });
    expect(sends()).toBe(0);
  });

  it('that Meta refuses says that the app may lack the feature', async () => {
    on.receive('Where is my order?');
    on.passTime(2 * DAY_MS);
    expect(await infoOf(() => send(dm('It is on its way.')))).toMatchObject({
      kind: 'policy_blocked',
      params: { code: 10, reason: 'no_human_agent' },
      sent: 'no',
    });
    on.grant();
    on.passTime(5 * DAY_MS + HOUR_MS);
    // By a clock that is two hours behind the network's it is not too late yet.
    const slow = { ...ctxWith(true), clock: { ...on.ctx.clock, now: () => on.now() - 2 * HOUR_MS } };
    expect(await infoOf(() => send(dm('It is on its way.'), slow))).toMatchObject({
      params: { reason: 'no_human_agent' },
    });
    expect(sends()).toBe(2);
    expect(on.sent()).toEqual([]);
  });

  it('goes by what was stored where the network shows only answers', async () => {
    on.grant();
    const wroteAt = on.now();
    on.receive('Where is my order?', wroteAt);
    on.passTime(2 * DAY_MS);
    const answers = Array.from({ length: 25 }, (_, index) => `answer ${index}`);
    answers.forEach(on.answerAs);
    await send(dm('One more', wroteAt));
    expect(on.sent().at(-1)).toBe('One more');
  });
});
