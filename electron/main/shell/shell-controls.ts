import {
  app,
  clipboard,
  dialog,
  shell,
  type BrowserWindow,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';
import type { ShellControls } from '../ports';

/** Windows of the system that the core may ask for. `window` is the one they belong to. */
export function createShellControls(window: () => BrowserWindow | undefined): ShellControls {
  const openDialog = (options: OpenDialogOptions) => {
    const parent = window();
    return parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options);
  };
  const saveDialog = (options: SaveDialogOptions) => {
    const parent = window();
    return parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options);
  };
  return {
    setOpenAtLogin: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled }),
    quit: () => app.quit(),
    restart: () => {
      app.relaunch();
      app.quit();
    },
    chooseFolder: async (title) => {
      const answer = await openDialog({
        title,
        properties: ['openDirectory', 'createDirectory'],
      });
      return answer.filePaths[0];
    },
    chooseSaveFile: async (title, defaultPath) => {
      const answer = await saveDialog({ title, defaultPath });
      return answer.canceled ? undefined : answer.filePath;
    },
    chooseFiles: async (title, extensions) => {
      const filters = [{ name: title, extensions: [...extensions] }];
      const answer = await openDialog({
        title,
        filters,
        properties: ['openFile', 'multiSelections'],
      });
      return answer.filePaths;
    },
    showItemInFolder: (path) => shell.showItemInFolder(path),
    copyText: (text) => clipboard.writeText(text),
  };
}
