import { expect, test } from './support/app';
import { ask, startPractice, until } from './support/candor';
import { schedulePost } from './support/posts';

test('closing the window keeps the app in the tray while a post is planned, after asking once', async ({
  installation,
}) => {
  const { app, page } = await installation.launch();
  await startPractice(page);
  await schedulePost(page, 'Planned for later', Date.now() + 3_600_000);
  const asked = await app.evaluateHandle(({ dialog }) => {
    const questions: string[] = [];
    dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
      questions.push(options.message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
    return questions;
  });
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
  await close();
  await until(async () => (await visible()) === false);
  expect((await ask(page, 'settings.get', {})).keepInTray).toBe(true);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show());
  await close();
  await until(async () => (await visible()) === false);
  expect(await asked.jsonValue()).toHaveLength(1);
});

test('the window comes back where it was', async ({ installation }) => {
  const first = await installation.launch();
  await first.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1111, height: 777 }),
  );
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await new Promise((resolve) => first.app.process().once('exit', resolve));
  const second = await installation.launch();
  const bounds = await second.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  expect(bounds).toMatchObject({ width: 1111, height: 777 });
});
