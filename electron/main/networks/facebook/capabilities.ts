import {
  permissionUses,
  type Capabilities,
  type Permission,
  type PermissionUse,
  type Support,
} from '@shared/domain/network';
import { z } from 'zod';
import data from '../../../../resources/networks/facebook.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });

export const limits = data;

/** The permissions that are asked for, and what each is needed for. */
export const permissions = z
  .array(z.object({ name: z.string(), needed: z.array(z.enum(permissionUses)) }))
  .parse(data.permissions);

const textLimit = { max: data.text.max, unit: 'utf16' } as const;

export const facebookDefaults: Capabilities = {
  network: 'facebook',
  name: 'Facebook',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: textLimit,
    textOnly: yes,
    images: { ok: true, ...data.images },
    video: { ok: true, ...data.video, altMax: null },
    mediaTransport: 'upload',
    options: [
      { id: 'format', kind: 'choice', values: ['post', 'reel'], initial: 'post' },
      { id: 'link', kind: 'text', max: data.linkMax, required: false, format: 'url' },
    ],
    thread: 'comments',
    quote: no('Facebook has no way to share a post for apps: add the link to the post instead.'),
    delete: yes,
  },
  directMessage: { text: { max: data.messageText.max, unit: 'utf16' } },
  idempotency: { kind: 'dup-check', reconcile: true },
  inbox: {
    mention: yes,
    comment: yes,
    dm: yes,
    push: 'none',
    pollMs: data.pollMs,
    replyWindowMs: data.replyWindowMs,
    extendedReply: { windowMs: data.extendedReplyWindowMs, feature: 'humanAgent' },
  },
  act: {
    reply: yes,
    like: yes,
    hide: yes,
    deleteOwn: yes,
    markRead: yes,
    dm: yes,
    deleteOther: yes,
    privateReply: yes,
  },
  privateReplyWindowMs: data.privateReplyWindowMs,
  metrics: {
    post: ['likes', 'replies', 'shares', 'views', 'reach', 'clicks'],
    account: ['followers', 'views', 'reach', 'engaged'],
  },
  disclosure: { ai: 'text-only' },
};

export type Access = NonNullable<Capabilities['access']>;

/** The defaults without what this sign-in was not given. */
export function capabilitiesOf(access: Access): Capabilities {
  const { publish, inbox, act, metrics } = facebookDefaults;
  const needs = (use: PermissionUse, otherwise: Support): Support =>
    missingFor(access.permissions, use) ?? otherwise;
  return {
    ...facebookDefaults,
    publish: {
      ...publish,
      textOnly: needs('publish', publish.textOnly),
      images: restrict(publish.images, missingFor(access.permissions, 'media')),
      video: restrict(publish.video, missingFor(access.permissions, 'media')),
      delete: needs('delete', publish.delete),
    },
    inbox: {
      ...inbox,
      mention: needs('mentions', inbox.mention),
      comment: needs('comments', inbox.comment),
      dm: needs('dm', inbox.dm),
    },
    act: {
      ...act,
      reply: needs('reply', act.reply),
      like: needs('like', act.like),
      hide: needs('hide', act.hide),
      deleteOwn: needs('delete', act.deleteOwn),
      deleteOther: needs('delete', yes),
      markRead: needs('dm', act.markRead),
      dm: needs('dm', act.dm),
      privateReply: needs('dm', yes),
    },
    metrics: missingFor(access.permissions, 'metrics')
      ? { post: ['likes', 'replies', 'shares'], account: [] }
      : metrics,
    access,
  };
}

const restrict = <T extends Support>(usual: T, missing: Support | undefined): T | Support => missing ?? usual;

function missingFor(granted: readonly Permission[], use: PermissionUse): Support | undefined {
  const missing = granted.filter((one) => one.granted === false && one.needed.includes(use));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(', ');
  return {
    ok: false,
    why: 'scope',
    note: `This sign-in was not given ${names}. Connect the Page again and allow it.`,
  };
}
