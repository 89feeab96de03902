import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphemes } from '@shared/domain/count';
import { openServer, type PracticeServer } from '../../electron/main/networks/practice/server/server';
import { brands } from '../../electron/main/networks/practice/server/world';
import type { PracticeEvent } from '../../electron/main/networks/practice/wire';
import { createManualClock } from '../fakes/ports';

const signal = new AbortController().signal;
const [northlight] = brands;
if (!northlight) throw new Error('the practice world has no brand');

async function eventsOf(
  server: PracticeServer,
  token: string,
  from: number,
): Promise<readonly PracticeEvent[]> {
  const found: PracticeEvent[] = [];
  for (let after = from; ;) {
    const page = await server.events(token, after, signal);
    found.push(...page.rows.flatMap((event) => event ?? []));
    after = page.last;
    if (page.left <= 0) return found;
  }
}

describe('the practice network', () => {
  let folder: string;
  let clock: ReturnType<typeof createManualClock>;
  let server: PracticeServer;
  let token: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candor-practice-'));
    clock = createManualClock();
    server = openServer(folder, clock);
    token = server.signIn(northlight);
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const everything = (from = 0): Promise<readonly PracticeEvent[]> => eventsOf(server, token, from);

  test('lays out comments, mentions and direct messages in five languages around today', async () => {
    server.setFaults({ mode: 'none', calls: null, arrivals: false });
    const events = await everything();
    const kinds = new Set(events.map((event) => event.kind));
    expect(kinds).toEqual(new Set(['comment', 'mention', 'dm']));
    const posts = events.flatMap((event) =>
      event.kind === 'comment' || event.kind === 'mention' ? [event.post] : [],
    );
    expect(new Set(posts.map((post) => post.lang))).toEqual(new Set(['en', 'de', 'es', 'fr', 'ja']));
    expect(new Set(posts.map((post) => post.author.id)).size).toBeGreaterThan(100);
    expect(Math.min(...posts.map((post) => post.createdAt))).toBeGreaterThan(clock.now() - 31 * 86_400_000);
    expect(posts.some((post) => /ignore all previous instructions/i.test(post.text))).toBe(true);
    for (const post of posts) {
      expect(graphemes(post.text)).toBeLessThanOrEqual(500);
      expect(post.text).not.toMatch(/\{\w+\}/);
    }
  });

  test('lays out the same world on every machine', async () => {
    const otherFolder = mkdtempSync(join(tmpdir(), 'candor-practice-'));
    const other = openServer(otherFolder, clock);
    const texts = (events: readonly PracticeEvent[]): readonly string[] =>
      events.flatMap((event) => (event.kind === 'dm' ? [event.direct.text] : []));
    expect(texts(await eventsOf(other, other.signIn(northlight), 0))).toEqual(texts(await everything()));
    other.close();
    rmSync(otherFolder, { recursive: true, force: true });
  });

  test('people answer some time after they are replied to', async () => {
    server.setFaults({ mode: 'none', calls: null, arrivals: false });
    const events = await everything();
    const asked = events
      .flatMap((event) =>
        event.kind === 'comment' && event.post.author.id !== northlight.id ? [event.post] : [],
      )
      .slice(0, 12);
    for (const post of asked) {
      await server.publish(
        token,
        {
          clientId: `answer-${post.id}`,
          text: 'Thank you!',
          lang: 'en',
          createdAt: clock.now(),
          parent: post.id,
          images: [],
        },
        signal,
      );
    }
    const last = events.at(-1)?.seq ?? 0;
    const before = (await everything(last)).filter(
      (event) => event.kind === 'comment' && event.post.author.id !== northlight.id,
    );
    expect(before).toEqual([]);
    clock.advance(60_000);
    const answers = (await everything(last)).flatMap((event) =>
      event.kind === 'comment' && event.post.author.id !== northlight.id ? [event.post] : [],
    );
    expect(answers.length).toBeGreaterThan(5);
    const people = new Set(asked.map((post) => post.author.id));
    expect(answers.every((post) => people.has(post.author.id))).toBe(true);
  });

  test('new messages arrive while the app looks, but not hundreds after a long pause', async () => {
    const last = (await everything()).at(-1)?.seq ?? 0;
    clock.advance(30 * 86_400_000);
    const arrived = await everything(last);
    expect(arrived.length).toBeGreaterThan(0);
    expect(arrived.length).toBeLessThanOrEqual(3);
  });

  test('the same client id is one post, also when the answer to the first was lost', async () => {
    server.setFaults({ mode: 'timeout_after_commit', calls: 1, arrivals: false });
    const draft = {
      clientId: 'once',
      text: 'Only once',
      lang: 'en',
      createdAt: clock.now(),
      parent: null,
      images: [],
    };
    const lost = server.publish(token, draft, signal);
    const failed = expect(lost).rejects.toMatchObject({ kind: 'ambiguous', sent: 'maybe' });
    clock.advance(10_000);
    await failed;
    const found = await server.find(token, 'once', signal);
    expect(found).toBeDefined();
    expect(await server.publish(token, draft, signal)).toBe(found);
  });

  test('faults end after the number of calls that was asked for', async () => {
    server.setFaults({ mode: 'rate_limit', calls: 2, arrivals: false });
    await expect(server.whoAmI(token, signal)).rejects.toMatchObject({ kind: 'rate_limited' });
    await expect(server.whoAmI(token, signal)).rejects.toMatchObject({ kind: 'rate_limited' });
    expect((await server.whoAmI(token, signal)).id).toBe(northlight.id);
    expect(server.faults().mode).toBe('none');
  });

  test('waiting for a slow answer can be cancelled', async () => {
    server.setFaults({ mode: 'slow', calls: null, arrivals: false });
    const abort = new AbortController();
    const waiting = server.whoAmI(token, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled', sent: 'no' });
  });

  test('refuses a token it does not know, a missing parent and text that is too long', async () => {
    await expect(server.whoAmI('guess', signal)).rejects.toMatchObject({ kind: 'auth_revoked' });
    const draft = { clientId: 'a', lang: 'en', createdAt: clock.now(), images: [] };
    await expect(
      server.publish(token, { ...draft, text: 'x', parent: 'post-999999' }, signal),
    ).rejects.toMatchObject({ kind: 'gone' });
    await expect(
      server.publish(token, { ...draft, text: 'x'.repeat(501), parent: null }, signal),
    ).rejects.toMatchObject({ kind: 'validation' });
  });

  test('signing in again ends an expired sign-in', async () => {
    server.setFaults({ mode: 'expired_token', calls: null, arrivals: false });
    await expect(server.whoAmI(token, signal)).rejects.toMatchObject({ kind: 'auth_revoked' });
    server.signIn(northlight);
    expect((await server.whoAmI(token, signal)).id).toBe(northlight.id);
  });

  test('an id is never given twice, also when the newest post was deleted', async () => {
    const draft = { text: 'x', lang: 'en', createdAt: clock.now(), parent: null, images: [] };
    const first = await server.publish(token, { ...draft, clientId: 'first' }, signal);
    await server.remove(token, [first], signal);
    expect(await server.publish(token, { ...draft, clientId: 'second' }, signal)).not.toBe(first);
  });

  test('paints its pictures itself', async () => {
    const file = await server.image('practice-northlight-0');
    expect(file).toBeDefined();
    expect(await server.image('practice-northlight-../../x')).toBeUndefined();
  });
});
