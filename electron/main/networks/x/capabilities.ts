import type { Capabilities, Permission, PermissionUse, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/x.json' with { type: 'json' };
import type { User } from './wire';

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });
const tier = (note: string): Support => ({ ok: false, why: 'tier', note });

export const limits = data;

const textLimit = { max: data.text.max, unit: 'x-weighted' } as const;

export const xDefaults: Capabilities = {
  network: 'x',
  name: 'X',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: textLimit,
    textOnly: yes,
    images: { ok: true, ...data.images },
    video: { ok: true, ...data.video, altMax: null },
    mediaTransport: 'upload',
    options: [
      { id: 'replySettings', kind: 'choice', values: data.replySettings, initial: 'everyone' },
      { id: 'paidPartnership', kind: 'switch', initial: false },
    ],
    thread: 'chain',
    quote: tier(
      'X has taken quotes by API away from self-serve apps (2026-04-20). A link to the post in the text is possible.',
    ),
    delete: yes,
  },
  directMessage: { text: { max: data.directMessage.max, unit: 'utf16' } },
  idempotency: { kind: 'dup-check', reconcile: true },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'none', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: tier('X has taken likes by API away from self-serve apps (2026-04-20). Like the post on X itself.'),
    hide: yes,
    deleteOwn: yes,
    markRead: no('X has no way to mark messages as read by API.'),
    dm: yes,
    deleteOther: no('X cannot delete what others wrote. An answer below an own post can be hidden.'),
    privateReply: no('X has no private answer to a post. Write a direct message on X itself.'),
  },
  metrics: {
    post: ['likes', 'replies', 'reposts', 'quotes', 'impressions', 'saves', 'clicks'],
    account: ['followers', 'following', 'posts'],
  },
  disclosure: { ai: 'post-flag', replyFlag: true, aiReply: 'needs-approval' },
  cost: { ...data.cost, currency: 'USD' },
};

/** What each scope of a sign-in is for; also the list that a sign-in asks for. */
const scopeUses: Readonly<Record<string, readonly PermissionUse[]>> = {
  'users.read': ['profile'],
  'tweet.read': ['mentions', 'comments', 'metrics'],
  'tweet.write': ['publish', 'reply', 'delete'],
  'media.write': ['media'],
  'tweet.moderate.write': ['hide'],
  'dm.read': ['dm'],
  'dm.write': ['dm'],
  'offline.access': [],
};
export const scopes: readonly string[] = Object.keys(scopeUses);

/** How X names what an app with pasted keys may do. The API does not tell which of them a key has. */
const appPermissions: readonly Permission[] = [
  { name: 'Read', granted: null, needed: ['profile', 'mentions', 'comments', 'metrics'] },
  { name: 'Read and write', granted: null, needed: ['publish', 'media', 'reply', 'hide', 'delete'] },
  { name: 'Read and write and Direct message', granted: null, needed: ['dm'] },
];

export type SignIn = {
  /** Undefined for pasted keys. */
  readonly granted: readonly string[] | undefined;
  /** Set where the sign-in runs out and cannot be renewed. */
  readonly endsAt?: number;
};

/** What this account may do: by its subscription, and by what the sign-in was allowed. */
export function capabilitiesOf(user: User, { granted, endsAt }: SignIn): Capabilities {
  const { long } = data.text;
  const isLong = long.subscriptions.includes(user.subscription_type ?? '');
  const { publish, act, inbox } = xDefaults;
  const needs = (scope: string, support: Support): Support =>
    !support.ok || granted === undefined || granted.includes(scope) ? support : lacking(scope);
  const write = (support: Support) => needs('tweet.write', support);
  const media = needs('media.write', yes);
  return {
    ...xDefaults,
    publish: {
      ...publish,
      text: isLong ? { ...textLimit, max: long.max } : textLimit,
      textOnly: write(publish.textOnly),
      images: media.ok ? publish.images : media,
      video: media.ok ? publish.video : media,
      delete: write(publish.delete),
    },
    inbox: {
      ...inbox,
      mention: needs('tweet.read', inbox.mention),
      comment: needs('tweet.read', inbox.comment),
      dm: needs('dm.read', inbox.dm),
    },
    act: {
      ...act,
      reply: write(act.reply),
      hide: needs('tweet.moderate.write', act.hide),
      deleteOwn: write(act.deleteOwn),
      dm: needs('dm.write', act.dm),
    },
    access: {
      permissions: granted ? permissionsOf(granted) : appPermissions,
      ...(endsAt !== undefined && { endsAt }),
    },
  };
}

const lacking = (scope: string): Support => ({
  ok: false,
  why: 'scope',
  note: `The sign-in lacks the permission ${scope}. Connect the account again and allow it.`,
});

const permissionsOf = (granted: readonly string[]): readonly Permission[] =>
  Object.entries(scopeUses).map(([name, needed]) => ({ name, granted: granted.includes(name), needed }));
