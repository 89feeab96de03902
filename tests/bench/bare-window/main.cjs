// The least that an Electron program can be: what Candor's start is measured against.
const { app, BrowserWindow } = require('electron');

app
  .whenReady()
  .then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<main>ready</main>'));
