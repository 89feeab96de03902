import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '@shared/domain/errors';
import type { MediaId } from '@shared/domain/ids';
import type { Media } from '@shared/ipc/composer';
import { factsLine, formatLength } from '@/features/composer/media-facts';
import MediaStrip from '@/features/composer/MediaStrip.vue';
import PreviewImages from '@/features/composer/PreviewImages.vue';
import { useImages } from '@/features/composer/use-images';
import { errorLine } from '@/text/error-text';
import { i18n } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';
import { installFakeCandor, type FakeCandor } from '../support/fake-candor';

const item = (over: Partial<Media>): Media => ({
  id: 'm1' as MediaId,
  sha256: 'a'.repeat(64),
  url: 'app://media/m1',
  mime: 'image/png',
  bytes: 12_300_000,
  width: 1920,
  height: 1080,
  seconds: null,
  alt: '',
  name: 'cup.png',
  ...over,
});
const clip = item({
  id: 'm2' as MediaId,
  url: 'app://media/m2',
  mime: 'video/mp4',
  seconds: 95,
  name: 'pour.mp4',
});
const global = () => ({ plugins: [createPinia(), i18n] });

describe('a video beside images in the composer', () => {
  const strip = () =>
    mount(MediaStrip, { props: { items: [item({}), clip], locked: false }, global: global() });

  it('is named as what it is, with its length and size', () => {
    const [image, video] = strip().findAll('li');
    expect(image?.attributes('aria-label')).toBe('Image 1 of 2: cup.png');
    expect(video?.attributes('aria-label')).toBe('Video 2 of 2: pour.mp4');
    expect(video?.text()).toContain('Video, 1:35, 12.3 MB');
    expect(image?.text()).toContain('Image, 12.3 MB');
    expect(video?.find('textarea').attributes('placeholder')).toBe('What does the video show?');
  });

  it('shows its beginning, and says when this device cannot', async () => {
    const view = strip();
    const video = view.find('video');
    expect(video.attributes('src')).toBe('app://media/m2#t=0.1');
    await video.trigger('error');
    expect(view.find('video').exists()).toBe(false);
    expect(view.text()).toContain('This device cannot show the video.');
  });

  it('stands in the preview with its description', () => {
    const view = mount(PreviewImages, {
      props: { items: [item({ ...clip, alt: 'Hands pour coffee' })] },
      global: global(),
    });
    expect(view.find('video').attributes('aria-label')).toBe('Hands pour coffee');
    expect(view.text()).toContain('1:35');
  });
});

it('lengths are written as players show them', () => {
  expect([7, 59.6, 750, 3725].map(formatLength)).toEqual(['0:07', '1:00', '12:30', '1:02:05']);
  expect(factsLine(item({ mime: 'video/webm', seconds: null }))).toBe('Video, 12.3 MB');
});

describe('files that are dropped or pasted', () => {
  let fake: FakeCandor;
  beforeEach(() => {
    setActivePinia(createPinia());
    fake = installFakeCandor();
  });
  const file = (name: string, type: string, size: number): File =>
    new File([new Uint8Array(size)], name, { type });
  const sources = () => fake.calls.map(({ input }) => (input as { source: Record<string, unknown> }).source);

  it('come whole when they are small, and in parts of 4 MB when not', async () => {
    const added: string[] = [];
    fake.on({
      'composer.addMedia': ({ source }) =>
        source.kind === 'part' && !source.last
          ? []
          : [item({ name: source.kind === 'choose' ? '' : source.name })],
    });
    const images = useImages((items) => added.push(...items.map(({ name }) => name)));
    await images.addFiles([file('dot.png', 'image/png', 10), file('long.mov', '', 9_000_000)]);
    expect(added).toEqual(['dot.png', 'long.mov']);
    const [whole, ...parts] = sources();
    expect(whole).toMatchObject({ kind: 'bytes', name: 'dot.png' });
    const MB4 = 4 * 1024 * 1024;
    expect(parts.map(({ from, last, size }) => [from, last, size])).toEqual([
      [0, false, 9_000_000],
      [MB4, false, 9_000_000],
      [2 * MB4, true, 9_000_000],
    ]);
    expect(new Set(parts.map(({ upload }) => upload)).size).toBe(1);
    expect(parts.reduce((sum, { bytes }) => sum + (bytes as Uint8Array).byteLength, 0)).toBe(9_000_000);
  });

  it('of another type, or empty, are refused before anything is sent', async () => {
    const images = useImages(() => expect.unreachable('nothing is added'));
    await images.addFiles([file('notes.txt', 'text/plain', 10)]);
    await images.addFiles([file('empty.mp4', 'video/mp4', 0)]);
    expect(fake.calls).toEqual([]);
    const shown = useToasts().toasts.map(({ text }) => text);
    expect(shown.some((text) => text.startsWith('The file is no image or video'))).toBe(true);
    expect(shown.some((text) => text.startsWith('The file is empty.'))).toBe(true);
  });

  it('stop in the middle when the person says so', async () => {
    const images = useImages(() => expect.unreachable('nothing is added'));
    fake.on({
      'app.cancel': () => undefined,
      'composer.addMedia': () => {
        images.cancel();
        return [];
      },
    });
    await images.addFiles([file('long.mp4', 'video/mp4', 9_000_000)]);
    expect(fake.calls.filter(({ method }) => method === 'composer.addMedia')).toHaveLength(1);
    expect(images.busy.value).toBe(false);
  });
});

describe('why a file was not taken', () => {
  it.each([
    [{ reason: 'too_large', max: 1024 }, 'The file is larger than 1024 MB.'],
    [{ reason: 'truncated' }, 'The video ends too early: a part of the file is missing.'],
    [{ reason: 'not_video' }, 'The file is named as a video, and there is no video in it.'],
  ])('%s', (params, words) =>
    expect(errorLine(appError('media_rejected', { params }).info)).toContain(words),
  );

  it('is the network’s matter where main gives no reason', () =>
    expect(errorLine({ kind: 'media_rejected' })).not.toContain('undefined'));

  it('is said of the media host where that is at fault', () =>
    expect(errorLine({ kind: 'permission', field: 'mediaHost', params: { problem: 'full' } })).toBe(
      'The media host is full. Free some space there.',
    ));
});
