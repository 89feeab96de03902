import { uuidv7, type AccountId } from '@shared/domain/ids';
import type { Capabilities } from '@shared/domain/network';
import type { Db } from '../../electron/main/db/open';
import { createAccounts, type AccountRow } from '../../electron/main/db/repositories/accounts';
import type { IncomingMessage } from '../../electron/main/db/repositories/inbox-writer';
import type { InboxItem } from '../../electron/main/networks/network';

const yes = { ok: true } as const;

export const capabilities: Capabilities = {
  network: 'practice',
  name: 'Practice',
  checkedOn: '2026-11-20',
  source: 'test',
  publish: {
    text: { max: 300, unit: 'grapheme' },
    textOnly: yes,
    images: { ok: true, max: 4, mime: ['image/jpeg'], maxBytes: 1_000_000, altMax: 1_000 },
    video: { ok: false, why: 'network', note: '' },
    thread: 'chain',
    quote: yes,
    delete: yes,
  },
  directMessage: { text: { max: 1_000, unit: 'grapheme' } },
  idempotency: { kind: 'client-id', reconcile: true },
  inbox: {
    mention: yes,
    comment: yes,
    dm: yes,
    push: 'none',
    pollMs: { foreground: 30_000, background: 120_000 },
  },
  act: { reply: yes, like: yes, hide: yes, deleteOwn: yes, markRead: yes, dm: yes },
  metrics: { post: ['likes'] },
  disclosure: { ai: 'text-only' },
};

/** A connected account without secrets, straight in the database. */
export function addAccount(db: Db, override: Partial<AccountRow> = {}): AccountRow {
  const id = uuidv7<AccountId>(Date.now());
  const row: AccountRow = {
    id,
    network: 'practice',
    remoteId: `practice:${id}`,
    handle: 'northwind.example',
    displayName: 'Northwind',
    avatarUrl: null,
    serviceUrl: 'https://practice.example',
    profileUrl: null,
    brand: 'Northwind',
    voiceNotes: '',
    health: 'ok',
    problem: null,
    capabilities,
    lastSyncAt: null,
    createdAt: 1,
    features: {},
    monthlyBudget: null,
    ...override,
  };
  const { features, monthlyBudget, ...rest } = row;
  const accounts = createAccounts(db);
  accounts.insert(rest);
  accounts.update(id, { features, monthlyBudget });
  return row;
}

type RemoteMessage = Extract<InboxItem, { readonly kind: 'message' }>;

let count = 0;

/** A message as a network hands it over. `key` names the conversation. */
export function incoming(
  key: string,
  text: string,
  createdAt: number,
  override: Partial<IncomingMessage> = {},
): RemoteMessage {
  count += 1;
  return {
    kind: 'message',
    conversation: { remoteKey: key, type: 'comment' },
    remoteId: `remote-${count}`,
    ref: { cid: `cid-${count}` },
    author: { remoteId: 'did:ada', handle: 'ada.example', displayName: 'Ada' },
    own: false,
    text,
    createdAt,
    media: [],
    ...override,
  } as RemoteMessage;
}
