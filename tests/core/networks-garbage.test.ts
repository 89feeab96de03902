import { afterEach, describe, expect, it } from 'vitest';
import type { Http } from '../../electron/main/ports';
import { startApp, type App } from '../fakes/app';
import { openStandIn, standInIds, type StandIn } from '../fakes/stand-ins';

type Garbage = readonly [what: string, answer: () => Response];
const page = '<!doctype html><title>Sign in to the hotel</title><p>Welcome, guest.</p>';
const html = { 'content-type': 'text/html' };
const json = { 'content-type': 'application/json' };
/** What stands between a device and a network, or a network that is ill, may answer instead of it. */
const kinds: readonly Garbage[] = [
  ['a page in place of data', () => new Response(page, { headers: html })],
  ['a page that says it is data', () => new Response(page, { headers: json })],
  ['half an answer', () => new Response('{"data":[{"id":"1","te', { headers: json })],
  ['nothing', () => new Response(null, { headers: json })],
  ['another kind of data', () => new Response('"no"', { headers: json })],
  ['null', () => new Response('null', { headers: json })],
  ['bytes', () => new Response(Buffer.from([0, 255, 254, 128, 0, 1]), { headers: json })],
  ['an error of a proxy', () => new Response(page, { status: 502, headers: html })],
  ['20 MB of nothing', () => new Response(' '.repeat(20_000_000), { headers: json })],
];

/** Answers that are taken for a success by their status, and are none. */
const AFTER_WRITES: readonly string[] = ['a page in place of data', 'half an answer', 'null'];

/** Networks that give no way to see what was sent: there the person is asked. */
const cannotLook: readonly string[] = ['telegram'];

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ANSWER = 'From ten to six.';
const sent = (standIn: StandIn) => standIn.published().filter((text) => text.includes(ANSWER));

/** The app in front of one network whose answers can be exchanged: instead of asking it, or after it has published. */
async function opened(standIn: StandIn) {
  let garbage: { readonly answer: () => Response; readonly when: 'always' | 'published' } | undefined;
  const http: Http = async (input, init) => {
    const now = garbage;
    if (now?.when === 'always') return now.answer();
    const before = sent(standIn).length;
    const answer = await fetch(input, init);
    return now && sent(standIn).length > before ? now.answer() : answer;
  };
  open.push(standIn.close);
  const app: App = await startApp({ standIns: [standIn], http });
  open.push(app.close);
  return {
    app,
    answerWith: (answer: () => Response, when: 'always' | 'published') => (garbage = { answer, when }),
    answerWell: () => (garbage = undefined),
  };
}

describe.each(standInIds)('%s', (id) => {
  it('answers with garbage: it is said, nothing is lost, and what came meanwhile comes afterwards', async () => {
    const standIn = await openStandIn(id);
    const { app, answerWith, answerWell } = await opened(standIn);
    standIn.receive('Known before');
    const { id: accountId } = await app.connect(standIn);
    const problems: Record<string, string | undefined> = {};
    for (const [what, answer] of kinds) {
      standIn.receive(`Meanwhile: ${what}`);
      answerWith(answer, 'always');
      await app.ask('accounts.sync', { accountId });
      const { health, problem } = await app.view(accountId);
      problems[what] = problem?.kind;
      expect(health, what).toBe('ok');
      const known = (await app.messages(accountId)).find(({ text }) => text === 'Known before');
      expect(known?.deleted, what).toBe(false);
    }
    for (const [what, kind] of Object.entries(problems)) expect(['protocol', 'server'], what).toContain(kind);
    answerWell();
    await app.ask('accounts.sync', { accountId });
    expect((await app.view(accountId)).problem).toBeNull();
    const there = await app.messages(accountId);
    for (const [what] of kinds)
      expect(there.find(({ text }) => text === `Meanwhile: ${what}`)?.deleted, what).toBe(false);
    expect(app.ports.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each(kinds.filter(([what]) => AFTER_WRITES.includes(what)))(
    'answers an answer with %s: it is looked for there and not sent again',
    async (_what, answer) => {
      const standIn = await openStandIn(id);
      const { app, answerWith, answerWell } = await opened(standIn);
      standIn.receive('When are you open?');
      const { id: accountId } = await app.connect(standIn);
      const [row] = await app.conversations(accountId);
      answerWith(answer, 'published');
      const { messageId } = await app.reply(row!, ANSWER);
      const delivery = async () =>
        (await app.ask('inbox.conversation', { id: row!.id })).messages.find((one) => one.id === messageId)
          ?.delivery;
      await app.passUntil(() => sent(standIn).length > 0);
      answerWell();
      await app.passUntil(async () => ['sent', 'needs_check'].includes((await delivery()) ?? ''));
      expect(await delivery()).toBe(cannotLook.includes(id) ? 'needs_check' : 'sent');
      expect(sent(standIn)).toHaveLength(1);
    },
  );
});
