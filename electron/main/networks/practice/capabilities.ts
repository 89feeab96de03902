import type { Capabilities } from '@shared/domain/network';

const yes = { ok: true } as const;

/** The practice network's own rules: close to a short-text network, so that habits carry over. */
export const practiceCapabilities: Capabilities = {
  network: 'practice',
  name: 'Practice',
  checkedOn: '2026-11-22',
  source: 'Candor itself, whose part it is',
  publish: {
    text: { max: 500, unit: 'grapheme' },
    textOnly: yes,
    images: {
      ok: true,
      max: 4,
      mime: ['image/png', 'image/jpeg', 'image/webp'],
      maxBytes: 2_000_000,
      altMax: 1_500,
    },
    video: { ok: false, why: 'network', note: 'The practice network shows images only.' },
    thread: 'chain',
    quote: { ok: false, why: 'network', note: 'The practice network has no quotes.' },
    delete: yes,
  },
  directMessage: { text: { max: 1_000, unit: 'grapheme' } },
  idempotency: { kind: 'client-id', reconcile: true },
  inbox: {
    mention: yes,
    comment: yes,
    dm: yes,
    push: 'none',
    pollMs: { foreground: 5_000, background: 20_000 },
  },
  act: { reply: yes, like: yes, hide: yes, deleteOwn: yes, markRead: yes, dm: yes },
  metrics: { post: ['likes', 'replies', 'impressions'] },
  disclosure: { ai: 'text-only' },
};
