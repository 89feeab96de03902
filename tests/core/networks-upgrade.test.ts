import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capabilities } from '@shared/domain/network';
import type { AccountView } from '@shared/ipc/accounts';
import type { Http } from '../../electron/main/ports';
import { startApp, type App } from '../fakes/app';
import { openStandIn, standInIds, type StandIn } from '../fakes/stand-ins';

/** What the version before stored of what an account can do: without all that was added since. */
function before(can: Capabilities): unknown {
  const { network, name, checkedOn, source, publish, directMessage, idempotency, inbox, act } = can;
  const { text, textOnly, images, video, thread, quote, delete: remove } = publish;
  const { reply, like, hide, deleteOwn, markRead, dm } = act;
  return {
    network,
    name,
    checkedOn,
    source,
    publish: {
      text,
      textOnly,
      images,
      video: video.ok ? { ok: true } : { ok: false, why: video.why, note: video.note },
      thread,
      quote,
      delete: remove,
    },
    directMessage,
    idempotency,
    inbox,
    act: { reply, like, hide, deleteOwn, markRead, dm },
    metrics: { post: can.metrics.post },
    disclosure: { ai: can.disclosure.ai },
  };
}

describe('accounts that the version before has stored', () => {
  const standIns: StandIn[] = [];
  let offline = false;
  const http: Http = (input, init) =>
    offline
      ? Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }),
        )
      : fetch(input, init);
  let app: App;

  beforeAll(async () => {
    for (const id of standInIds) standIns.push(await openStandIn(id));
    const first = await startApp({ standIns, http });
    for (const standIn of standIns) {
      standIn.receive(`A comment on ${standIn.id}`);
      await first.connect(standIn);
    }
    await first.stop();
    const file = new Database(join(first.ports.paths.data, 'workspace.sqlite'));
    const put = file.prepare('UPDATE account SET capabilities = ? WHERE id = ?');
    for (const row of file.prepare('SELECT id, capabilities FROM account').all() as {
      id: string;
      capabilities: string;
    }[])
      put.run(JSON.stringify(before(JSON.parse(row.capabilities) as Capabilities)), row.id);
    file.close();
    offline = true;
    app = await startApp({
      standIns,
      http,
      dir: first.dir,
      secrets: first.ports.secrets,
      clock: first.clock,
    });
  });
  afterAll(async () => {
    await app.close();
    for (const standIn of standIns) await standIn.close();
  });
  const accounts = (): Promise<readonly AccountView[]> => app.ask('accounts.list', {});
  const errors = () => app.ports.log.lines.filter(({ level }) => level === 'error');

  it('are there when the app starts without a connection, and their conversations open', async () => {
    expect((await accounts()).map(({ network }) => network).sort()).toEqual([...standInIds].sort());
    for (const { id, network } of await accounts()) {
      const texts = (await app.messages(id)).map(({ text }) => text);
      expect(texts).toContain(`A comment on ${network}`);
    }
    expect(errors()).toEqual([]);
  });

  it('can be written for: composed, saved and planned, and what stands in the way is said by its field', async () => {
    const all = await accounts();
    const base = { segments: [{ text: 'Written while offline', mediaIds: [] }] };
    const made = await app.ask('composer.create', { accountIds: all.map(({ id }) => id), base });
    const variants = all.map(({ id }) => ({ accountId: id, override: null, options: {} }));
    const post = await app.ask('composer.save', { id: made.id, base, variants });
    expect(post.variants).toHaveLength(all.length);
    expect((await app.ask('composer.duplicate', { id: post.id })).variants).toHaveLength(all.length);
    for (const account of all) {
      const outcome = await app.publish(account, base).then(
        () => 'queued',
        (error: { info?: { kind: string; field?: string } }) =>
          error.info?.field ?? error.info?.kind ?? 'fell',
      );
      expect(['queued', 'segments.0.media', 'options.title'], account.network).toContain(outcome);
    }
    expect(errors()).toEqual([]);
  });

  it('can be answered from', async () => {
    for (const { id } of await accounts()) {
      const [row] = await app.conversations(id);
      await app.reply(row!, 'Thank you!');
    }
    expect(errors()).toEqual([]);
  });

  it('can do all again once their networks have been asked, and what was waiting leaves once', async () => {
    offline = false;
    await app.passUntil(async () => {
      const open = await app.ask('outbox.list', {});
      return open.every(({ state }) => state === 'failed');
    }, 60_000);
    // What could not be asked is asked again a quarter of an hour later.
    await app.pass(16 * 60_000);
    await app.ask('accounts.sync', {});
    for (const { capabilities, network } of await accounts())
      expect(capabilities.access, network).toBeDefined();
    for (const standIn of standIns)
      expect(
        standIn.published().filter((text) => text.includes('Thank you!')),
        standIn.id,
      ).toHaveLength(1);
    expect(errors()).toEqual([]);
  });
});
