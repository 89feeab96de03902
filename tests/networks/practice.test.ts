import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPracticeNetwork } from '../../electron/main/networks/practice/index';
import { createStore } from '../../electron/main/networks/practice/server/store';
import { brandPerson, brands } from '../../electron/main/networks/practice/server/world';
import type { Write } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { createManualClock, createTempDir } from '../fakes/ports';
import { createTestContext, only, signInIo } from './context';
import { jobOf, runJob, settle } from './drive';
import { networkSuite, pullAll, type Fault, type NetworkFixture } from './suite';

const [brand] = brands;
if (!brand) throw new Error('the practice world has no brand');
const somebody = { id: 'person-1', handle: 'ada1', name: 'Ada Example', lang: 'en' };
const PIXEL = new Uint8Array([137, 80, 78, 71]);

/** Time stands still until somebody waits for it, and then it is there at once. */
function createJumpingClock(): Clock {
  const clock = createManualClock();
  return {
    ...clock,
    after: (ms, fn) => {
      const cancel = clock.after(ms, fn);
      setImmediate(() => clock.advance(ms));
      return cancel;
    },
  };
}

/** Its people without the month of seeded history: what a test does not bring in itself, is not there. */
function layOutQuietWorld(file: string, now: number): void {
  const store = createStore(file);
  for (const one of brands) store.addPerson(brandPerson(one), true);
  store.addPerson(somebody, false);
  store.setMeta('seeded_at', String(now));
  store.close();
}

const modeOf = (fault: Fault) => (fault === 'revoked' ? 'expired_token' : fault);

async function openFixture(): Promise<NetworkFixture> {
  const dir = createTempDir('candor-practice');
  const clock = createJumpingClock();
  const file = join(dir.path, 'practice', 'practice.sqlite');
  mkdirSync(join(dir.path, 'practice'));
  layOutQuietWorld(file, clock.now());
  const { network, control } = createPracticeNetwork({ folder: join(dir.path, 'practice'), clock });
  control.setFaults({ mode: 'none', calls: null, arrivals: false });
  const connected = only(await network.connect('brand', { brand: brand!.id }, signInIo(fetch, clock)));
  // the server's own file, looked at past its door
  const remote = createStore(file);
  const look = new Database(file, { readonly: true });
  const texts = (sql: string): readonly string[] =>
    look.prepare<[string], string>(sql).pluck().all(brand!.id);
  const from = { lang: 'en', author: somebody.id };
  const media = { image: { bytes: PIXEL, mime: 'image/png', width: 1, height: 1 } };
  return {
    network,
    context: () => createTestContext({ ...connected, clock, media }),
    fault: (fault) => void control.setFaults({ mode: modeOf(fault), calls: 1, arrivals: false }),
    world: {
      receive: async (text) => {
        const { id } = remote.addPost({ ...from, text, createdAt: clock.now(), parent: null });
        remote.addEvent(brand!.id, 'mention', id);
        return id;
      },
      receiveDm: async (text) => {
        const talk = { brand: brand!.id, person: somebody.id };
        const { id } = remote.addDirect({ ...from, ...talk, text, createdAt: clock.now() });
        remote.addEvent(brand!.id, 'dm', id);
        return id;
      },
      published: async () => texts('SELECT text FROM post WHERE author = ? ORDER BY n'),
      sentDms: async () => texts('SELECT text FROM direct WHERE author = ? ORDER BY n'),
      isLiked: async (id) =>
        look.prepare('SELECT 1 FROM liked WHERE post = ? AND brand = ?').get(id, brand!.id) !== undefined,
      isHidden: async (id) =>
        look.prepare<[string], number>('SELECT hidden FROM post WHERE id = ?').pluck().get(id) === 1,
    },
    imageId: 'image',
    secrets: () => Object.values(connected.secrets),
    close: async () => {
      look.close();
      remote.close();
      control.close();
      dir.remove();
    },
  };
}

networkSuite('practice', openFixture);

describe('the practice network', () => {
  let fixture: NetworkFixture;
  beforeEach(async () => {
    fixture = await openFixture();
  });
  afterEach(() => fixture.close());

  it('gives each stream its own messages, each from its own place', async () => {
    const { ctx } = fixture.context();
    await fixture.world.receive('in the open');
    await fixture.world.receiveDm?.('in private');
    const pull = async (stream: 'notifications' | 'dm') =>
      (await pullAll(fixture.network, stream, null, ctx)).messages.map(({ text }) => text);
    expect(await pull('notifications')).toEqual(['in the open']);
    expect(await pull('dm')).toEqual(['in private']);
  });

  it('refuses empty answers and direct messages that are too long before they wait to be sent', () => {
    const { account } = fixture.context().ctx;
    const plan = (write: Write) => () => fixture.network.plan(write, account, { now: 0 });
    const conversation = { remoteKey: 'post-1', type: 'comment' } as const;
    const reply: Write = {
      kind: 'reply',
      conversation,
      parent: { remoteId: 'post-1', ref: {} },
      text: ' \n',
    };
    expect(plan(reply)).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ field: 'text' }) }),
    );
    const { max } = fixture.network.defaults.directMessage.text;
    const direct = (text: string): Write => ({
      kind: 'dm',
      conversation: { remoteKey: 'a~b', type: 'dm' },
      text,
    });
    expect(plan(direct('x'.repeat(max)))).not.toThrow();
    expect(plan(direct('x'.repeat(max + 1)))).toThrow(
      expect.objectContaining({
        info: expect.objectContaining({ kind: 'validation', params: { max, count: max + 1 } }),
      }),
    );
  });

  it('cannot say whether a write that was broken off under way is out', async () => {
    fixture.fault('timeout_after_commit');
    const test = fixture.context();
    const publish: Write = { kind: 'publish', segments: [{ text: 'broken off', media: [] }] };
    const job = jobOf(fixture.network, publish, test.ctx);
    const sending = runJob(fixture.network, job, test.ctx);
    test.abort();
    await expect(sending).rejects.toMatchObject({ kind: 'ambiguous', sent: 'maybe' });
    expect(await settle(fixture.network, job, fixture.context().ctx)).toBe('arrived');
    expect(await fixture.world.published()).toEqual(['broken off']);
  });

  it('says which brands there are when it is given another name', async () => {
    const io = signInIo(fetch, createManualClock());
    await expect(fixture.network.connect('brand', { brand: 'nobody' }, io)).rejects.toMatchObject({
      info: { kind: 'validation', field: 'brand' },
    });
  });
});
