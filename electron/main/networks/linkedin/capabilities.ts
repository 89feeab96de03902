import type { Capabilities, Permission, PermissionUse, PostOption, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/linkedin.json' with { type: 'json' };
import { isOrganization } from './urn';

const yes: Support = { ok: true };
const no = (note: string, why: 'network' | 'review' | 'scope' = 'network') =>
  ({ ok: false, why, note }) as const;

export const limits = data;

const { text, images, video, link } = data;
const commentText = { max: data.comment.max, unit: 'utf16' } as const;

const linkOptions: readonly PostOption[] = [
  { id: 'link', kind: 'text', max: link.max, required: false, format: 'url' },
  { id: 'linkTitle', kind: 'text', max: link.titleMax, required: false },
];
const visibilities = ['public', 'connections'] as const;
const seenBy: PostOption = { id: 'visibility', kind: 'choice', values: visibilities, initial: 'public' };

const noMessages = no('LinkedIn has no interface for direct messages that is open to other programs.');
const noMentions = no('LinkedIn tells programs nothing of mentions elsewhere.');
const noReview = no(
  'LinkedIn lets no program read the comments below a person’s posts (r_member_social is closed). Comments of a Page need LinkedIn’s approval of the Community Management API.',
  'review',
);

/** A Page, with everything that the Community Management API allows. */
export const linkedinDefaults: Capabilities = {
  network: 'linkedin',
  name: 'LinkedIn',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: { max: text.max, unit: 'utf16' },
    textOnly: yes,
    images: {
      ok: true,
      max: images.max,
      mime: images.mime,
      maxBytes: images.maxBytes,
      altMax: images.altMax,
    },
    video: {
      ok: true,
      mime: video.mime,
      maxBytes: video.maxBytes,
      minSeconds: video.minSeconds,
      maxSeconds: video.maxSeconds,
      altMax: null,
    },
    mediaTransport: 'upload',
    commentText,
    options: linkOptions,
    thread: 'comments',
    quote: no('Put the link to the post into the text, or use the link of the post.'),
    delete: yes,
  },
  directMessage: { text: commentText },
  idempotency: { kind: 'none', reconcile: true },
  inbox: { mention: noMentions, comment: yes, dm: noMessages, push: 'none', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: yes,
    hide: no('LinkedIn has no way to hide a comment by a program.'),
    deleteOwn: yes,
    markRead: no('LinkedIn keeps no read state for comments.'),
    dm: noMessages,
    deleteOther: no('Comments of others are removed on LinkedIn itself.'),
    privateReply: noMessages,
  },
  metrics: {
    post: ['impressions', 'reach', 'clicks', 'likes', 'replies', 'shares'],
    account: ['followers'],
  },
  disclosure: { ai: 'text-only' },
  retention: { maxDays: data.retention.maxDays },
};

/** A person: LinkedIn lets programs publish for them, and read nothing back. */
const memberDefaults: Capabilities = {
  ...linkedinDefaults,
  publish: {
    ...linkedinDefaults.publish,
    options: [seenBy, ...linkOptions],
    thread: 'none',
  },
  idempotency: { kind: 'none', reconcile: false },
  inbox: { ...linkedinDefaults.inbox, comment: noReview },
  act: { ...linkedinDefaults.act, reply: noReview, like: noReview },
  metrics: { post: [], account: [] },
};

/** Undefined where nobody told what was granted: a pasted token. */
export type Scopes = ReadonlySet<string> | undefined;

export const scopesOf = (told: string | undefined): Scopes =>
  told === undefined ? undefined : new Set(told.split(/[\s,]+/).filter(Boolean));

const memberScopes: Readonly<Record<string, readonly PermissionUse[]>> = {
  openid: ['profile'],
  profile: ['profile'],
  w_member_social: ['publish', 'media'],
};
const pageScopes: Readonly<Record<string, readonly PermissionUse[]>> = {
  rw_organization_admin: ['profile', 'metrics'],
  w_organization_social: ['publish', 'media', 'reply', 'like', 'delete'],
  r_organization_social: ['comments'],
};

/** What one account may do, by whose it is and what was granted. */
export function capabilitiesFor(urn: string, scopes?: Scopes, endsAt?: number): Capabilities {
  const isPage = isOrganization(urn);
  const permissions: readonly Permission[] = Object.entries(isPage ? pageScopes : memberScopes).map(
    ([name, needed]) => ({ name, granted: scopes === undefined ? null : scopes.has(name), needed }),
  );
  const access = { permissions, ...(endsAt !== undefined && { endsAt }) };
  const lacks = new Set(permissions.flatMap(({ name, granted }) => (granted === false ? [name] : [])));
  return { ...(isPage ? pageWith(lacks) : memberWith(lacks)), access };
}

const without = (scope: string) =>
  no(`The sign-in lacks the permission ${scope}. Connect again with an app that has it.`, 'scope');

function memberWith(lacks: ReadonlySet<string>): Capabilities {
  if (!lacks.has('w_member_social')) return memberDefaults;
  return { ...memberDefaults, publish: withoutPublishing(memberDefaults, without('w_member_social')) };
}

function pageWith(lacks: ReadonlySet<string>): Capabilities {
  const writing = lacks.has('w_organization_social') ? without('w_organization_social') : undefined;
  const reading = lacks.has('r_organization_social') ? without('r_organization_social') : undefined;
  const { publish, inbox, act, metrics, idempotency } = linkedinDefaults;
  return {
    ...linkedinDefaults,
    publish: writing ? withoutPublishing(linkedinDefaults, writing) : publish,
    inbox: { ...inbox, comment: reading ?? inbox.comment },
    act: {
      ...act,
      reply: writing ?? reading ?? act.reply,
      like: writing ?? reading ?? act.like,
      deleteOwn: writing ?? act.deleteOwn,
    },
    metrics: lacks.has('rw_organization_admin') ? { post: [], account: [] } : metrics,
    idempotency: { ...idempotency, reconcile: !reading },
  };
}

const withoutPublishing = ({ publish }: Capabilities, reason: Support): Capabilities['publish'] => ({
  ...publish,
  textOnly: reason,
  images: reason,
  video: reason,
  thread: 'none',
  delete: reason,
});
