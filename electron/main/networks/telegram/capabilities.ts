import type { Capabilities, PostOption, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/telegram.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (note: string): Support => ({ ok: false, why: 'network', note });

export const limits = data;

const textLimit = { max: data.text.max, unit: 'utf16' } as const;
const silent: PostOption = { id: 'silent', kind: 'switch', initial: false };

export const telegramDefaults: Capabilities = {
  network: 'telegram',
  name: 'Telegram',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: textLimit,
    captionText: { max: limits.caption.max, unit: 'utf16' },
    textOnly: yes,
    images: {
      ok: true,
      max: data.images.max,
      mime: data.images.mime,
      maxBytes: data.images.maxBytes,
      altMax: null,
      ratio: data.images.ratio,
    },
    video: { ok: true, mime: data.video.mime, maxBytes: data.video.maxBytes, altMax: null },
    mixedMedia: true,
    mediaTransport: 'upload',
    options: [silent],
    thread: 'chain',
    quote: no('Telegram has no quotes of posts: put the link to the post into the text.'),
    delete: yes,
  },
  directMessage: { text: textLimit },
  idempotency: { kind: 'none', reconcile: false },
  inbox: { mention: yes, comment: yes, dm: yes, push: 'long-poll', pollMs: data.pollMs },
  act: {
    reply: yes,
    like: yes,
    hide: no('Telegram cannot hide comments. A comment can be deleted where the bot is an administrator.'),
    deleteOwn: yes,
    markRead: no('Bots cannot mark messages as read. Only a Telegram Business connection allows it.'),
    dm: yes,
    deleteOther: yes,
  },
  metrics: { post: [], account: ['followers'] },
  disclosure: { ai: 'text-only' },
};
