import { lookup } from 'node:dns/promises';
import type { AccountId } from '@shared/domain/ids';
import type { Registry } from '../networks/registry';
import type { Ports } from '../ports';
import type { AccountContexts } from '../services/account-context';
import { createRemotePictures, type FileOpener, type RemotePictures } from '../services/remote-pictures';
import type { Repositories } from './workspace';

type PicturesPartDeps = {
  readonly rows: Pick<Repositories, 'accounts' | 'settings'>;
  readonly registry: Registry;
  readonly contexts: () => Pick<AccountContexts, 'open'>;
  readonly wanted: () => boolean;
};

/** Pictures of messages and people that lie on servers of networks. */
export function composePictures({ clock, http, log, paths }: Ports, deps: PicturesPartDeps): RemotePictures {
  const { accounts, settings } = deps.rows;
  const openerOf = (id: AccountId): FileOpener | undefined => {
    const account = accounts.get(id);
    const open = account && deps.registry[account.network].openFile;
    return open && ((file, signal) => open(file, deps.contexts().open(id, signal)));
  };
  return createRemotePictures({
    http,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    clock,
    log,
    paths,
    store: settings,
    wanted: deps.wanted,
    serviceOf: (id) => accounts.get(id)?.serviceUrl,
    openerOf,
  });
}
