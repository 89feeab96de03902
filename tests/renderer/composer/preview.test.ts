import { mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import type { MediaId } from '@shared/domain/ids';
import { networkIds, type NetworkId } from '@shared/domain/network';
import type { Media } from '@shared/ipc/composer';
import PostPreview from '@/features/composer/PostPreview.vue';
import { previewParts } from '@/features/composer/preview-part';
import { i18n } from '@/text/i18n';
import { sampleAccount } from '../support/sample';

const picture: Media = {
  id: 'm1' as MediaId,
  sha256: 'a'.repeat(64),
  url: 'app://media/m1',
  mime: 'image/png',
  bytes: 10,
  width: 800,
  height: 600,
  seconds: null,
  alt: '',
  name: 'cup.png',
};
const content = {
  segments: [
    { text: 'First #tag <b>bold</b>', mediaIds: [picture.id] },
    { text: 'Second', mediaIds: [] },
  ],
};
const parts = previewParts(
  content,
  { decision: 'text', basis: 'person_asked', text: 'Made with AI' },
  new Map([[picture.id, picture]]),
);
const shown = (network: NetworkId) =>
  mount(PostPreview, {
    props: { account: sampleAccount({ network, handle: 'northlight.example' }), parts },
    global: { plugins: [createPinia(), i18n] },
  });

describe.each(networkIds)('the preview for %s', (network) => {
  it('shows every part, the declaration under the first one, and text as text', () => {
    const view = shown(network);
    const items = view.findAll('ol > li');
    expect(items).toHaveLength(2);
    expect(items[0]?.text()).toContain('Made with AI');
    expect(items[1]?.text()).not.toContain('Made with AI');
    expect(view.find('b').exists()).toBe(false);
    expect(items[0]?.text()).toContain('<b>bold</b>');
  });

  it('says where an image has no description', () => {
    expect(shown(network).text()).toContain('no description');
  });
});

it.each(['bluesky', 'mastodon'] as const)('%s shows the handle with its sign, once', (network) => {
  expect(shown(network).text()).toContain('@northlight.example');
  expect(shown(network).text()).not.toContain('@@');
});
