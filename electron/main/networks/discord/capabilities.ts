import type { Capabilities, PostOption, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/discord.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });
const off = (note: string): Support => ({ ok: false, why: 'scope', note });

export const limits = data;

const textLimit = { max: data.text.max, unit: 'utf16' } as const;

/** Whom a post may notify; unless a person chooses otherwise, a name in it notifies nobody. */
export const mentionValues = ['none', 'users', 'everyone'] as const;
const mentions: PostOption = { id: 'mentions', kind: 'choice', values: mentionValues, initial: 'none' };

export const discordDefaults: Capabilities = {
  network: 'discord',
  name: 'Discord',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: textLimit,
    textOnly: yes,
    images: {
      ok: true,
      max: data.images.max,
      mime: data.images.mime,
      maxBytes: data.images.maxBytes,
      altMax: data.images.altMax,
    },
    video: { ok: true, mime: data.video.mime, maxBytes: data.video.maxBytes, altMax: data.images.altMax },
    mixedMedia: true,
    mediaTransport: 'upload',
    options: [mentions],
    thread: 'chain',
    quote: no('Discord has no quotes: put the link to the message into the text.'),
    delete: yes,
  },
  directMessage: { text: textLimit },
  idempotency: { kind: 'nonce', ttlMs: data.nonce.holdsMs, reconcile: true },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'gateway', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: yes,
    hide: no('Discord cannot hide messages. They can be deleted with the permission Manage Messages.'),
    deleteOwn: yes,
    markRead: no('Bots have no read marks on Discord.'),
    dm: yes,
    deleteOther: yes,
    privateReply: yes,
  },
  metrics: { post: ['likes'] },
  disclosure: { ai: 'text-only' },
};

const webhookOnly = no('A webhook only writes. Connect a bot to read and answer.');

/** A webhook knows its own messages and nothing else. */
export const webhookCapabilities: Capabilities = {
  ...discordDefaults,
  idempotency: { kind: 'none', reconcile: false },
  inbox: {
    ...discordDefaults.inbox,
    mention: webhookOnly,
    comment: webhookOnly,
    dm: webhookOnly,
    push: 'none',
  },
  act: {
    ...discordDefaults.act,
    reply: webhookOnly,
    like: webhookOnly,
    dm: webhookOnly,
    deleteOther: webhookOnly,
    privateReply: webhookOnly,
  },
};

/** What the bot may do in its channel; `granted` answers by the name of the permission. */
export function capabilitiesFor(granted: (name: string) => boolean): Capabilities {
  const { publish, inbox, act } = discordDefaults;
  const needs = (...names: readonly string[]): Support => {
    const missing = names.filter((name) => !granted(name));
    return missing.length === 0
      ? yes
      : off(`Give the bot this permission in the channel: ${missing.join(', ')}.`);
  };
  const write = needs('View Channel', 'Send Messages');
  const attach = needs('View Channel', 'Send Messages', 'Attach Files');
  const read = needs('View Channel', 'Read Message History');
  return {
    ...discordDefaults,
    publish: {
      ...publish,
      textOnly: write,
      images: attach.ok ? publish.images : attach,
      video: attach.ok ? publish.video : attach,
    },
    inbox: { ...inbox, mention: read, comment: read },
    act: {
      ...act,
      reply: needs('Send Messages', 'Read Message History'),
      like: needs('Add Reactions', 'Read Message History'),
      deleteOther: needs('Manage Messages'),
    },
  };
}
