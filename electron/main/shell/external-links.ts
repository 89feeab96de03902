import { shell } from 'electron';
import { appError } from '@shared/domain/errors';
import type { ExternalLinks } from '../ports';

/** The one door to the user's browser and mail program. */
export const externalLinks: ExternalLinks = {
  open: async (address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const plain =
      url?.protocol === 'mailto:' ||
      (url?.protocol === 'https:' && url.username === '' && url.password === '');
    if (!url || !plain)
      throw appError('not_allowed', { field: 'url', detail: 'only https and mailto addresses are opened' });
    await shell.openExternal(url.href);
  },
};
