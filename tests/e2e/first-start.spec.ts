import { expect, test } from './support/app';

test('first start: one click leads to a full inbox, and everything is there after a restart', async ({
  installation,
}) => {
  const first = await installation.launch();
  await expect(first.page.getByRole('heading', { name: 'Welcome to Candor' })).toBeVisible();
  await first.page.getByRole('button', { name: 'Try it with the practice network' }).click();
  const list = first.page.getByRole('listbox', { name: 'Conversations' });
  await expect(list.getByRole('option').nth(8)).toBeVisible();
  await list.getByRole('option').first().click();
  await expect(first.page.getByRole('textbox', { name: 'Reply' })).toBeVisible();
  await first.app.close();

  const second = await installation.launch();
  await expect(
    second.page.getByRole('listbox', { name: 'Conversations' }).getByRole('option').first(),
  ).toBeVisible();
  await expect(second.page.getByRole('heading', { name: 'Welcome to Candor' })).toBeHidden();
});

test('the page is sealed: no Node, no foreign pages, no permission, and the policy of the page allows nothing from outside', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  const found = await page.evaluate(async () => {
    const refused: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    const image = new Image();
    image.src = 'https://example.com/pixel.png';
    document.body.append(image);
    const reached = await fetch('https://example.com/').then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return {
      node: typeof (globalThis as { process?: unknown }).process,
      required: typeof (globalThis as { require?: unknown }).require,
      injected: 'injected' in window,
      reached,
      refused: refused.sort(),
      opened: window.open('https://example.com/') !== null,
      notification: await Notification.requestPermission(),
    };
  });
  expect(found).toMatchObject({
    node: 'undefined',
    required: 'undefined',
    injected: false,
    reached: false,
    opened: false,
    notification: 'denied',
  });
  expect(found.refused).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem']));

  const status = await page.evaluate(() =>
    fetch('app://candor/..%2f..%2fpackage.json').then((answer) => answer.status),
  );
  expect(status).toBe(404);
  const urlAfter = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    await contents?.executeJavaScript(
      "location.href = 'https://example.com/'; new Promise((resolve) => setTimeout(resolve, 300))",
    );
    return contents?.getURL();
  });
  expect(urlAfter).toContain('app://candor/');
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    // in every Electron, in the types of none
    type Contents = { readonly getLastWebPreferences: () => Record<string, unknown> };
    return (BrowserWindow.getAllWindows()[0]?.webContents as unknown as Contents).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
});

test('a second start wakes the first one instead of opening the same data twice', async ({
  installation,
}) => {
  const { app } = await installation.launch();
  const second = await installation.start();
  expect(await second.exited).toBe(0);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('a page that is not ours is not heard, even with our bridge', async ({ installation }) => {
  const { app } = await installation.launch();
  const answer = await app.evaluate(async ({ app: program, BrowserWindow }) => {
    const preload = `${program.getAppPath()}/out/preload/index.cjs`;
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await foreign.loadURL('data:text/html,<main>foreign</main>');
    const call = "window.candor.invoke({ method: 'accounts.list', input: {} })";
    const heard = (await foreign.webContents.executeJavaScript(call)) as unknown;
    foreign.destroy();
    return heard;
  });
  expect(answer).toMatchObject({ ok: false, error: { kind: 'not_allowed' } });
});
