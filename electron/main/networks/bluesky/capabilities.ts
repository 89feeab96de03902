import type { Capabilities, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/bluesky.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (why: 'network' | 'scope', note: string): Support => ({ ok: false, why, note });

export const limits = data;

export const blueskyDefaults: Capabilities = {
  network: 'bluesky',
  name: 'Bluesky',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: { max: data.text.maxGraphemes, unit: 'grapheme', maxBytes: data.text.maxBytes },
    textOnly: yes,
    images: {
      ok: true,
      max: data.images.max,
      mime: data.images.mime,
      maxBytes: data.images.maxBytes,
      altMax: data.images.altMaxGraphemes,
    },
    video: no('network', 'Video is uploaded in the Bluesky app.'),
    thread: 'chain',
    quote: yes,
    delete: yes,
  },
  directMessage: {
    text: {
      max: data.directMessage.maxGraphemes,
      unit: 'grapheme',
      maxBytes: data.directMessage.maxBytes,
    },
  },
  // The record key is ours and a record is only created where none is: a replay is safe for ever.
  idempotency: { kind: 'client-id', reconcile: true },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'none', pollMs: data.pollMs },
  act: { reply: yes, like: yes, hide: yes, deleteOwn: yes, markRead: yes, dm: yes },
  metrics: { post: ['likes', 'replies', 'reposts', 'quotes'] },
  disclosure: { ai: 'text-only' },
};

const noChat = no('scope', 'The app password does not allow direct messages. Make one with that box ticked.');

/** What the account may do with the access token in force. */
export function capabilitiesFor(scope: string | undefined): Capabilities {
  if (scope !== 'com.atproto.appPass') return blueskyDefaults;
  return {
    ...blueskyDefaults,
    inbox: { ...blueskyDefaults.inbox, dm: noChat },
    act: { ...blueskyDefaults.act, dm: noChat },
  };
}
