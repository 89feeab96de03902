import type { NetworkId } from '@shared/domain/network';

export const common = {
  networks: {
    practice: 'Practice network',
    bluesky: 'Bluesky',
    mastodon: 'Mastodon',
  } satisfies Record<NetworkId, string>,
  ai: 'AI',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  delete: 'Delete',
  undo: 'Undo',
  more: 'More actions',
  loading: 'Loading',
  notifications: 'Notifications',
  dismiss: 'Dismiss',
  resizePanes: 'Resize panes',
  progress: '{done} of {total}',
  hiddenReason: 'Not available: {why}',
  now: 'now',
  minutes: '{n} min',
  hours: '{n} h',
  hoursMinutes: '{h} h {m} min',
  days: '{n} d',
};
