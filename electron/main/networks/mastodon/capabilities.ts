import type { Capabilities, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/mastodon.json' with { type: 'json' };
import type { Instance } from './wire';

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });

export const limits = data;

const textLimit = { max: data.text.max, unit: 'mastodon', urlWeight: data.text.urlWeight } as const;

export const mastodonDefaults: Capabilities = {
  network: 'mastodon',
  name: 'Mastodon',
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
    video: no('Video is uploaded on the Mastodon server itself.'),
    thread: 'chain',
    quote: no('Not every Mastodon server has quotes: put the link to the post into the text.'),
    delete: yes,
  },
  directMessage: { text: textLimit },
  idempotency: { kind: 'header', ttlMs: data.idempotencyMs, reconcile: true },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'none', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: yes,
    hide: no('Mastodon cannot hide answers of others below a post. Mute or block the person on the server.'),
    deleteOwn: yes,
    markRead: yes,
    dm: yes,
  },
  answersNamePerson: true,
  metrics: { post: ['likes', 'replies', 'reposts', 'quotes'] },
  disclosure: { ai: 'text-only' },
};

/** What this server allows, as far as it says so. */
export function capabilitiesOf(instance: Instance | undefined): Capabilities {
  const { publish } = mastodonDefaults;
  const statuses = instance?.configuration?.statuses;
  const media = instance?.configuration?.media_attachments;
  const text = {
    ...textLimit,
    max: statuses?.max_characters ?? instance?.max_toot_chars ?? textLimit.max,
    urlWeight: statuses?.characters_reserved_per_url ?? textLimit.urlWeight,
  };
  const listed = data.images.mime.filter((mime) => media?.supported_mime_types?.includes(mime));
  return {
    ...mastodonDefaults,
    publish: {
      ...publish,
      text,
      images: {
        ok: true,
        max: statuses?.max_media_attachments ?? data.images.max,
        mime: listed.length > 0 ? listed : data.images.mime,
        maxBytes: media?.image_size_limit ?? data.images.maxBytes,
        altMax: media?.description_limit ?? data.images.altMax,
      },
    },
    directMessage: { text },
  };
}
