import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import {
  APP_PASSWORD,
  OTHER_DID,
  OWN_DID,
  startBlueskyStub,
  type BlueskyStub,
} from '../networks/bluesky-stub';
import { expect, test } from './support/app';
import { ask } from './support/candor';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const QUESTION = 'Is the mug on the left for sale?';

/** The server on which pictures lie: everything is a PNG but what is called svg. */
async function startPictures() {
  const asked: { readonly path: string; readonly cookie: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, cookie: request.headers.cookie });
    if (path.endsWith('.svg'))
      response
        .writeHead(200, { 'content-type': 'image/svg+xml' })
        .end('<svg xmlns="http://www.w3.org/2000/svg"/>');
    else response.writeHead(200, { 'content-type': 'image/png', 'set-cookie': 'track=1' }).end(PNG);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    asked,
    at: (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

async function openConversation(page: Page): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/inbox';
  });
  await page.getByRole('option').filter({ hasText: QUESTION }).click();
}

const isPainted = (image: Element): boolean => (image as HTMLImageElement).naturalWidth > 0;

test.describe('pictures that lie on servers', () => {
  let network: BlueskyStub;
  let pictures: Awaited<ReturnType<typeof startPictures>>;
  test.beforeEach(async () => {
    [network, pictures] = await Promise.all([startBlueskyStub(), startPictures()]);
    network.avatars.set(OTHER_DID, pictures.at('ana.png'));
    const root = network.post(OWN_DID, { text: 'New mugs' });
    network.pictures.set(root.uri, [
      { fullsize: pictures.at('mugs.png'), alt: 'Two blue mugs' },
      { fullsize: pictures.at('drawing.svg'), alt: 'A drawing of a mug' },
    ]);
    network.post(OTHER_DID, { text: QUESTION, reply: { root, parent: root } });
  });
  test.afterEach(async () => {
    await Promise.all([network.close(), pictures.close()]);
  });
  const connect = async (page: Page): Promise<void> => {
    await ask(page, 'settings.set', { allowPlainTextSecrets: true });
    await ask(page, 'accounts.connect', {
      network: 'bluesky',
      method: 'app-password',
      fields: { identifier: 'brand.test', password: APP_PASSWORD, service: network.url },
    });
  };

  test('are shown in a box that does not move, also without their server; what is no picture is described', async ({
    installation,
  }) => {
    const first = await installation.launch();
    await connect(first.page);
    await openConversation(first.page);
    const mugs = first.page.getByRole('img', { name: 'Two blue mugs' });
    await expect.poll(() => mugs.evaluate(isPainted)).toBe(true);
    expect(await mugs.getAttribute('src')).toMatch(/^app:\/\/remote\/[0-9a-f]{64}$/);
    const origin = first.page.getByRole('article', { name: 'Your post' });
    await expect(origin.getByText('A drawing of a mug')).toBeVisible();
    await expect(origin.getByRole('listitem').getByRole('button', { name: 'Open on Bluesky' })).toBeVisible();
    await expect(origin.getByRole('img', { name: 'A drawing of a mug' })).toHaveCount(0);
    const sizes = await origin
      .getByRole('listitem')
      .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().height));
    expect(new Set(sizes).size).toBe(1);
    await expect
      .poll(() => pictures.asked.map(({ path }) => path).sort())
      .toEqual(['/ana.png', '/drawing.svg', '/mugs.png']);
    expect(pictures.asked.every(({ cookie }) => cookie === undefined)).toBe(true);

    await first.app.close();
    await pictures.close();
    const second = await installation.launch();
    await openConversation(second.page);
    const again = second.page.getByRole('img', { name: 'Two blue mugs' });
    await expect.poll(() => again.evaluate(isPainted)).toBe(true);
  });

  test('are not fetched while that is off, but for the one that the person asks for', async ({
    installation,
  }) => {
    const { page } = await installation.launch();
    await ask(page, 'settings.set', { loadPictures: false });
    await connect(page);
    await openConversation(page);
    const mugs = page.getByRole('listitem').filter({ hasText: 'Two blue mugs' });
    await mugs.getByRole('button', { name: 'Show picture' }).click();
    await expect.poll(() => page.getByRole('img', { name: 'Two blue mugs' }).evaluate(isPainted)).toBe(true);
    expect(pictures.asked.map(({ path }) => path)).toEqual(['/mugs.png']);
  });

  test('the page reaches no address and no id that it was not given', async ({ installation }) => {
    const { page } = await installation.launch();
    const shown = (source: string) =>
      page.evaluate(
        (src) =>
          new Promise<boolean>((done) => {
            const image = new Image();
            image.onload = () => done(true);
            image.onerror = () => done(false);
            image.src = src;
          }),
        source,
      );
    expect(await shown(pictures.at('mugs.png'))).toBe(false);
    expect(await shown(`app://remote/${'f'.repeat(64)}?show`)).toBe(false);
    expect(await shown(`app://remote/${encodeURIComponent(pictures.at('mugs.png'))}?show`)).toBe(false);
    expect(pictures.asked).toEqual([]);
  });
});
