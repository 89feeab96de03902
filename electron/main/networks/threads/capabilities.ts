import type { Capabilities, Permission, PermissionUse, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/threads.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });

export const limits = data;

const text = { max: data.text.max, unit: 'threads' } as const;
const images = { ok: true, ...data.images } as const;
const video = { ok: true, ...data.video, altMax: data.images.altMax } as const;
const noHost = (what: string): Support => ({
  ok: false,
  why: 'media-host',
  note: `Threads fetches ${what} from a public address. Set up a media host in the settings first.`,
});
const noMessages = 'Threads has no direct messages in its API.';

export const threadsDefaults: Capabilities = {
  network: 'threads',
  name: 'Threads',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text,
    textOnly: yes,
    images,
    video,
    mixedMedia: true,
    mediaTransport: 'public-url',
    options: [
      { id: 'reply_control', kind: 'choice', values: data.replyControl, initial: 'everyone' },
      { id: 'topic_tag', kind: 'text', max: data.topicTag.max, required: false },
      { id: 'link', kind: 'text', max: 2000, required: false, format: 'url' },
    ],
    thread: 'chain',
    quote: no('Candor does not quote on Threads: put the link to the post into the text.'),
    delete: yes,
  },
  directMessage: { text },
  idempotency: { kind: 'container', reconcile: true },
  inbox: { mention: yes, comment: yes, dm: no(noMessages), push: 'none', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: no('Threads takes no likes by its API.'),
    hide: yes,
    deleteOwn: yes,
    markRead: no('Threads has nothing to mark as read.'),
    dm: no(noMessages),
    deleteOther: no('Threads lets answers of others only be hidden.'),
  },
  metrics: {
    post: ['views', 'likes', 'replies', 'reposts', 'quotes', 'shares'],
    account: ['followers', 'views'],
  },
  disclosure: { ai: 'text-only' },
};

export type AccountFacts = {
  /** null: not told. */
  readonly granted: readonly string[] | null;
  readonly hasMediaHost: boolean;
  readonly endsAt?: number;
};

/** What this account may do: by its permissions and the person's media host. */
export function capabilitiesOf({ granted, hasMediaHost, endsAt }: AccountFacts): Capabilities {
  const { publish, inbox, act } = threadsDefaults;
  const permissions: readonly Permission[] = data.scopes.map(({ name, needed }) => ({
    name,
    granted: granted === null ? null : granted.includes(name),
    needed: needed as readonly PermissionUse[],
  }));
  const unless = (use: PermissionUse, support: Support): Support => {
    const missing = permissions.find((one) => one.granted === false && one.needed.includes(use));
    if (!missing) return support;
    const note = `The sign-in lacks the permission ${missing.name}. Reconnect the account and allow it.`;
    return { ok: false, why: 'scope', note };
  };
  return {
    ...threadsDefaults,
    publish: {
      ...publish,
      textOnly: unless('publish', publish.textOnly),
      images: unless('media', hasMediaHost ? images : noHost('images')),
      video: unless('media', hasMediaHost ? video : noHost('videos')),
      delete: unless('delete', publish.delete),
    },
    inbox: {
      ...inbox,
      comment: unless('comments', inbox.comment),
      mention: unless('mentions', inbox.mention),
    },
    act: {
      ...act,
      reply: unless('reply', act.reply),
      hide: unless('hide', act.hide),
      deleteOwn: unless('delete', act.deleteOwn),
    },
    access: { permissions, ...(endsAt !== undefined && { endsAt }) },
  };
}
