/**
 * Loaded into the measured program beside its own code (`electron -r`): notes when its first window shows what
 * was waited for, presses a key there as the system would, notes when the effect is on the screen, and ends.
 */
const { app } = require('electron');

const { CANDOR_BENCH_READY: ready, CANDOR_BENCH_KEY: key, CANDOR_BENCH_EFFECT: effect } = process.env;

/** Resolves in the page with the time of the frame after the one in which an element is really in sight. */
const inSight = (selector) => `new Promise((done) => {
  const look = () => {
    const box = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
    const seen = box && box.width > 0 && box.height > 0 && box.top < innerHeight && document.visibilityState === 'visible';
    if (!seen) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now())));
  };
  look();
})`;

async function watch(window) {
  const shown = window.isVisible()
    ? Date.now()
    : new Promise((done) => window.once('show', () => done(Date.now())));
  const { webContents } = window;
  const rows = await webContents.executeJavaScript(inSight(ready));
  const visible = Math.max(rows, await shown);
  let answered = visible;
  if (key) {
    webContents.sendInputEvent({ type: 'keyDown', keyCode: key });
    webContents.sendInputEvent({ type: 'char', keyCode: key });
    webContents.sendInputEvent({ type: 'keyUp', keyCode: key });
    answered = await webContents.executeJavaScript(inSight(effect));
  }
  process.stdout.write(`measured ${JSON.stringify({ visible, answered })}\n`);
  app.quit();
}

app.on('browser-window-created', (_event, window) => {
  window.webContents.once('dom-ready', () => {
    watch(window).catch((thrown) => {
      console.error(thrown);
      app.exit(1);
    });
  });
});
