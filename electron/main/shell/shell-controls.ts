import { app, dialog, shell, type BrowserWindow } from 'electron';
import type { ShellControls } from '../ports';

/** Windows of the system that the core may ask for. `window` is the one they belong to. */
export function createShellControls(window: () => BrowserWindow | undefined): ShellControls {
  const withParent = <Options, Result>(
    open: { (parent: BrowserWindow, options: Options): Promise<Result>; (options: Options): Promise<Result> },
    options: Options,
  ): Promise<Result> => {
    const parent = window();
    return parent ? open(parent, options) : open(options);
  };
  return {
    setOpenAtLogin: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled }),
    quit: () => app.quit(),
    restart: () => {
      app.relaunch();
      app.quit();
    },
    chooseFolder: async (title) => {
      const answer = await withParent(dialog.showOpenDialog, {
        title,
        properties: ['openDirectory', 'createDirectory'],
      });
      return answer.filePaths[0];
    },
    chooseSaveFile: async (title, defaultPath) => {
      const answer = await withParent(dialog.showSaveDialog, { title, defaultPath });
      return answer.canceled ? undefined : answer.filePath;
    },
    chooseFiles: async (title, extensions) => {
      const filters = [{ name: title, extensions: [...extensions] }];
      const answer = await withParent(dialog.showOpenDialog, {
        title,
        filters,
        properties: ['openFile', 'multiSelections'],
      });
      return answer.filePaths;
    },
    showItemInFolder: (path) => shell.showItemInFolder(path),
  };
}
