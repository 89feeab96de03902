import type { Db } from '../db/open';
import { createHostedMediaRepository } from '../db/repositories/hosted-media';
import { createMediaHostRepository } from '../db/repositories/media-host';
import { hostMaker } from '../media-host/adapters';
import type { Ports } from '../ports';
import { createMediaHosts } from '../services/media-host';
import type { MediaStore } from '../services/media-store';

/** The person's own storage, from which networks fetch what they take no upload of. */
export const composeMediaHosts = (
  { secrets, clock, http, log }: Ports,
  db: Db,
  media: MediaStore,
  onChanged: () => void,
) =>
  createMediaHosts({
    hosts: createMediaHostRepository(db),
    hosted: createHostedMediaRepository(db),
    secrets,
    media,
    makeHost: hostMaker({ http, clock }),
    http,
    clock,
    log,
    onChanged,
  });
