import { lookup } from 'node:dns/promises';
import type { Ports } from '../ports';
import { createRemotePictures, type RemotePictures } from '../services/remote-pictures';
import type { Repositories } from './workspace';

/** Pictures of messages and people that lie on servers of networks. */
export const composePictures = (
  { clock, http, log, paths }: Ports,
  rows: Repositories,
  wanted: () => boolean,
): RemotePictures =>
  createRemotePictures({
    http,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    clock,
    log,
    paths,
    store: rows.settings,
    wanted,
    serviceOf: (id) => rows.accounts.get(id)?.serviceUrl,
  });
