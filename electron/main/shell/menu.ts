import { Menu, type MenuItemConstructorOptions } from 'electron';

type MenuDeps = { readonly run: (command: string) => void };

/** The application menu. Standard entries by role, so that each system gives them its own name and keys. */
export function installMenu({ run }: MenuDeps): void {
  const command = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => run(name),
    ...(accelerator && { accelerator }),
  });
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  const template: MenuItemConstructorOptions[] = [
    ...mac,
    {
      role: 'fileMenu',
      submenu: [
        command('New post', 'post.new', 'CmdOrCtrl+N'),
        command('Settings', 'go.settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&Go',
      submenu: [
        command('Inbox', 'go.inbox', 'CmdOrCtrl+1'),
        command('Calendar', 'go.calendar', 'CmdOrCtrl+2'),
        command('Transparency', 'go.transparency', 'CmdOrCtrl+3'),
        command('Outbox', 'go.outbox', 'CmdOrCtrl+4'),
        { type: 'separator' },
        command('Command palette', 'palette.open', 'CmdOrCtrl+K'),
      ],
    },
    { label: '&AI', submenu: [command('Stop or allow all AI', 'ai.toggle', 'CmdOrCtrl+Shift+.')] },
    {
      role: 'viewMenu',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [command('Keyboard shortcuts', 'shortcuts.open'), command('About Candor', 'go.about')],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
