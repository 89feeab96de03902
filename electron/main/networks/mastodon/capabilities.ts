import type { Capabilities, ImageLimit, PostOption, Support, VideoLimit } from '@shared/domain/network';
import data from '../../../../resources/networks/mastodon.json' with { type: 'json' };
import { streamingUrl, type Instance } from './wire';

const yes: Support = { ok: true };
const no = (why: 'network' | 'instance', note: string): Support => ({ ok: false, why, note });

export const limits = data;

const textLimit = { max: data.text.max, unit: 'mastodon', urlWeight: data.text.urlWeight } as const;
const noQuotes = no(
  'instance',
  'Quotes need Mastodon 4.5 or newer on the account’s server: put the link to the post into the text.',
);

/** The warning counts into the length of the text, so that it cannot be longer. */
const optionsOf = (textMax: number): readonly PostOption[] => [
  { id: 'visibility', kind: 'choice', values: data.visibilities, initial: 'public' },
  { id: 'contentWarning', kind: 'text', max: textMax, required: false },
  { id: 'sensitive', kind: 'switch', initial: false },
];

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
    video: {
      ok: true,
      mime: data.video.mime,
      maxBytes: data.video.maxBytes,
      altMax: data.images.altMax,
    },
    mediaTransport: 'upload',
    options: optionsOf(textLimit.max),
    thread: 'chain',
    quote: noQuotes,
    delete: yes,
  },
  directMessage: { text: textLimit },
  idempotency: { kind: 'header', ttlMs: data.idempotencyMs, reconcile: true },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'ws', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: yes,
    hide: no(
      'network',
      'Mastodon cannot hide answers of others below a post. Mute or block the person on the server.',
    ),
    deleteOwn: yes,
    markRead: yes,
    dm: yes,
  },
  answersNamePerson: true,
  metrics: {
    post: ['likes', 'replies', 'reposts', 'quotes'],
    account: ['followers', 'following', 'posts'],
  },
  disclosure: { ai: 'text-only' },
};

/** What this server allows, as far as it says so. */
export function capabilitiesOf(instance: Instance | undefined, rules?: readonly string[]): Capabilities {
  const { publish, inbox } = mastodonDefaults;
  const statuses = instance?.configuration?.statuses;
  const text = {
    ...textLimit,
    max: statuses?.max_characters ?? instance?.max_toot_chars ?? textLimit.max,
    urlWeight: statuses?.characters_reserved_per_url ?? textLimit.urlWeight,
  };
  const hasQuotes = (instance?.api_versions?.mastodon ?? 0) >= data.quotesFromApiVersion;
  return {
    ...mastodonDefaults,
    publish: {
      ...publish,
      text,
      images: imagesOf(instance),
      video: videoOf(instance),
      options: optionsOf(text.max),
      quote: hasQuotes ? yes : noQuotes,
    },
    directMessage: { text },
    inbox: { ...inbox, push: streamingUrl(instance) === undefined ? 'none' : 'ws' },
    ...(rules && { rules }),
  };
}

const mediaOf = (instance: Instance | undefined) => instance?.configuration?.media_attachments;

function imagesOf(instance: Instance | undefined): Support & Partial<ImageLimit> {
  const media = mediaOf(instance);
  const listed = data.images.mime.filter((mime) => media?.supported_mime_types?.includes(mime));
  return {
    ok: true,
    max: instance?.configuration?.statuses?.max_media_attachments ?? data.images.max,
    mime: listed.length > 0 ? listed : data.images.mime,
    maxBytes: media?.image_size_limit ?? data.images.maxBytes,
    altMax: media?.description_limit ?? data.images.altMax,
  };
}

function videoOf(instance: Instance | undefined): Support & Partial<VideoLimit> {
  const media = mediaOf(instance);
  const told = media?.supported_mime_types;
  const listed = data.video.mime.filter((mime) => told?.includes(mime));
  if (told && listed.length === 0)
    return no('instance', 'The account’s server takes no video. Publish a link to it instead.');
  return {
    ok: true,
    mime: told ? listed : data.video.mime,
    maxBytes: media?.video_size_limit ?? data.video.maxBytes,
    altMax: media?.description_limit ?? data.images.altMax,
  };
}
