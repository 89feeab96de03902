import type { Capabilities, Permission, PermissionUse, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/instagram.json' with { type: 'json' };
import type { Flavour } from './auth';

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });
const lacks = (permission: string): Support => ({
  ok: false,
  why: 'scope',
  note: `The sign-in lacks the permission ${permission}. Reconnect the account and allow it.`,
});

export const limits = data;

const images = {
  ok: true,
  ...data.images,
  ratio: { ...data.images.ratio, unless: { option: 'format', value: 'story' } },
} as const;
const video = { ok: true, ...data.video, altMax: null } as const;
const noHost = (what: string): Support => ({
  ok: false,
  why: 'media-host',
  note: `Instagram fetches ${what} from a public address. Set up a media host in the settings first.`,
});

/** Ids of the options of a post; what they mean is in plan.ts. */
export const formats = ['post', 'reel', 'story'] as const;

export const instagramDefaults: Capabilities = {
  network: 'instagram',
  name: 'Instagram',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: { max: data.text.max, unit: 'utf16' },
    textOnly: no('A post on Instagram needs an image or a video.'),
    images,
    video,
    mixedMedia: true,
    mediaTransport: 'public-url',
    options: [
      { id: 'format', kind: 'choice', values: formats, initial: 'post' },
      { id: 'share_to_feed', kind: 'switch', initial: true },
    ],
    thread: 'comments',
    quote: no('Instagram has no quotes.'),
    delete: no(
      'Instagram deletes posts by its API only for accounts that are connected with Facebook Login.',
    ),
  },
  directMessage: { text: { max: data.directMessage.max, unit: 'utf16' } },
  idempotency: { kind: 'container', reconcile: true },
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
    like: no('Instagram takes no likes by its API.'),
    hide: yes,
    deleteOwn: yes,
    markRead: no('Instagram does not let other apps mark conversations as read.'),
    dm: yes,
    deleteOther: yes,
    privateReply: yes,
  },
  privateReplyWindowMs: data.privateReplyWindowMs,
  metrics: {
    post: ['likes', 'replies', 'reach', 'views', 'saves', 'shares'],
    account: ['followers', 'following', 'posts', 'reach', 'views', 'engaged'],
  },
  disclosure: { ai: 'post-flag' },
};

/** What the sign-in may do. `granted` null: Instagram does not tell for a pasted token. */
export function permissionsOf(flavour: Flavour, granted: readonly string[] | null): readonly Permission[] {
  return data.scopes[flavour].map(({ name, needed }) => ({
    name,
    granted: granted === null ? null : granted.includes(name),
    needed: needed as readonly PermissionUse[],
  }));
}

export type AccountFacts = {
  readonly flavour: Flavour;
  readonly granted: readonly string[] | null;
  readonly hasMediaHost: boolean;
  readonly endsAt?: number;
};

/** What this account may do: by its way of signing in, its permissions, and the person's media host. */
export function capabilitiesOf(facts: AccountFacts): Capabilities {
  const { publish, inbox, act } = instagramDefaults;
  const permissions = permissionsOf(facts.flavour, facts.granted);
  const missing = (use: PermissionUse): string | undefined =>
    permissions.find(({ granted, needed }) => granted === false && needed.includes(use))?.name;
  const unless = <S extends Support>(use: PermissionUse, support: S): S | Support => {
    const name = missing(use);
    return name === undefined ? support : lacks(name);
  };
  const byFacebook = facts.flavour === 'facebook';
  const anyVideo = byFacebook || facts.hasMediaHost ? video : noHost('videos');
  return {
    ...instagramDefaults,
    publish: {
      ...publish,
      images: unless('publish', facts.hasMediaHost ? images : noHost('images')),
      video: unless('publish', anyVideo),
      mediaTransport: byFacebook ? 'mixed' : 'public-url',
      delete: byFacebook ? unless('delete', yes) : publish.delete,
    },
    inbox: {
      ...inbox,
      comment: unless('comments', inbox.comment),
      mention: unless('profile', inbox.mention),
      dm: unless('dm', inbox.dm),
    },
    act: {
      ...act,
      reply: unless('reply', act.reply),
      hide: unless('hide', act.hide),
      deleteOwn: unless('delete', act.deleteOwn),
      deleteOther: unless('delete', yes),
      privateReply: unless('dm', yes),
      dm: unless('dm', act.dm),
    },
    access: { permissions, ...(facts.endsAt !== undefined && { endsAt: facts.endsAt }) },
  };
}
