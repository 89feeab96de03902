import { Notification as SystemNotification } from 'electron';
import type { Notifier } from '../ports';

export const createNotifier = (open: (route: string | undefined) => void): Notifier => ({
  notify: ({ title, body, route, onOpen }) => {
    if (!SystemNotification.isSupported()) return;
    const shown = new SystemNotification({ title, body });
    shown.on('click', () => {
      open(route);
      onOpen?.();
    });
    shown.show();
  },
});
