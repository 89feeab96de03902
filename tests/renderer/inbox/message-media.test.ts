import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaView } from '@shared/ipc/inbox';
import { useSettingsStore } from '@/bridge/stores/settings';
import MediaStrip from '@/features/inbox/MediaStrip.vue';
import { i18n } from '@/text/i18n';
import { installFakeCandor } from '../support/fake-candor';

const PICTURE = `app://remote/${'a'.repeat(64)}`;
const PAGE = 'https://network.example/post/1';
const media = (over: Partial<MediaView>): MediaView => ({
  kind: 'image',
  url: null,
  alt: 'photo',
  picture: PICTURE,
  ...over,
});

describe('media of a message', () => {
  beforeEach(() => {
    installFakeCandor();
    setActivePinia(createPinia());
    useSettingsStore().settings = { loadPictures: true } as never;
  });
  const strip = (item: MediaView, page: string | null) =>
    mount(MediaStrip, {
      props: { media: [item], networkName: 'Telegram', page },
      global: { plugins: [i18n] },
    });

  it('that only their network opens are shown by the app’s own address', () => {
    expect(strip(media({}), null).find('img').attributes()).toMatchObject({ src: PICTURE, alt: 'photo' });
  });

  it('lead nowhere where there is no page of them, and say what they are', async () => {
    const view = strip(media({ alt: 'My cat' }), null);
    await view.find('img').trigger('error');
    expect(view.text()).toBe('My cat');
    expect(view.find('button').exists()).toBe(false);
  });

  it('lead to the page of their message where there is one', async () => {
    const view = strip(media({}), PAGE);
    await view.find('img').trigger('error');
    await view.get('button').trigger('click');
    expect(view.emitted('openUrl')).toEqual([[PAGE]]);
  });

  it('show a video by its still, which leads to where it plays', async () => {
    const video = media({ kind: 'video', alt: 'video' });
    const view = strip(video, PAGE);
    expect(view.get('img').attributes('src')).toBe(PICTURE);
    await view.get('button[aria-label="Open on Telegram"]').trigger('click');
    expect(view.emitted('openUrl')).toEqual([[PAGE]]);
    expect(strip(video, null).find('button').exists()).toBe(false);
  });

  it('name and link what has no picture, as before', async () => {
    const view = strip(
      media({ kind: 'other', url: 'https://a.example/x.pdf', alt: 'x', picture: null }),
      PAGE,
    );
    expect(view.find('img').exists()).toBe(false);
    await view.get('button').trigger('click');
    expect(view.emitted('openUrl')).toEqual([['https://a.example/x.pdf']]);
  });

  it('are called what they are, with the description where there is one', () => {
    const named = (kind: MediaView['kind'], alt: string) =>
      strip(media({ kind, alt, url: 'https://a.example/x', picture: null }), PAGE).text();
    expect(named('video', '')).toBe('Video without description');
    expect(named('video', 'A cat')).toBe('Video: A cat');
    expect(named('other', 'Opening hours')).toBe('Opening hours');
    expect(named('other', '')).toBe('Attachment');
    expect(
      strip(media({ alt: '' }), PAGE)
        .get('img')
        .attributes('alt'),
    ).toBe('Image without description');
  });
});
