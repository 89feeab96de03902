import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDb, type Db } from '../../../electron/main/db/open';
import { createAccounts } from '../../../electron/main/db/repositories/accounts';
import { createInboxWriter } from '../../../electron/main/db/repositories/inbox-writer';
import { createRecordingLogger, systemClock } from '../../fakes/ports';
import { launch } from './electron';
import { inboxMessages } from './messages';

const PAGE = 100;
const DAY = 86_400_000;

export type Profile = { readonly folder: string; readonly remove: () => void };

/** An empty folder for an installation of its own. */
export function createProfile(): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'candor-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * An installation as it is after months of use: set up by the app itself with the practice network's accounts,
 * which go on being synced, and then filled with `count` messages the way a sync stores them.
 */
export async function createUsedProfile(count: number): Promise<Profile> {
  const profile = createProfile();
  await setUp(profile.folder);
  const db = openDb({
    file: join(profile.folder, 'workspace.sqlite'),
    backupsDir: join(profile.folder, 'backups'),
    clock: systemClock,
    log: createRecordingLogger(),
  });
  fill(db, count);
  db.close();
  return profile;
}

async function setUp(folder: string): Promise<void> {
  const { app, page } = await launch(folder);
  await page.evaluate(async () => {
    type Call = (envelope: { method: string; input: unknown }) => Promise<{ ok: boolean; error?: unknown }>;
    const { invoke } = (window as unknown as { candor: { invoke: Call } }).candor;
    const call = async (method: string, input: unknown): Promise<void> => {
      const answer = await invoke({ method, input });
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    };
    await call('settings.set', { allowPlainTextSecrets: true });
    await call('accounts.startPractice', {});
    // A whole round of all accounts: what the network has is here when this returns.
    await call('accounts.sync', {});
  });
  await app.close();
}

/** Most of it in the first account, as one brand is usually larger than the other. */
function fill(db: Db, count: number): void {
  const writer = createInboxWriter(db);
  const accounts = createAccounts(db).list();
  const [large, ...others] = accounts;
  if (!large || others.length === 0) throw new Error('the practice network gave fewer than two accounts');
  const now = Date.now();
  const have = db.raw.prepare<[], number>('SELECT COUNT(*) FROM message').pluck().get() ?? 0;
  accounts.forEach((account, at) => {
    const share = account === large ? 0.7 : 0.3 / others.length;
    const all = [...inboxMessages(Math.ceil((count - have) * share), now - DAY, at + 1)];
    for (let from = 0; from < all.length; from += PAGE) {
      const items = all.slice(from, from + PAGE);
      writer.apply({
        accountId: account.id,
        network: account.network,
        items,
        now,
        historyBefore: now - 200 * DAY,
      });
    }
  });
  db.raw.pragma('optimize');
}
