import type { NetworkId } from '@shared/domain/network';
import type { Network } from './network';
import { createBlueskyNetwork } from './bluesky';
import { createMastodonNetwork } from './mastodon';
import { createPracticeNetwork, type PracticeNetwork } from './practice';
import type { Clock } from '../ports';

export type Registry = Readonly<Record<NetworkId, Network>>;

/** Every network that Candor speaks to. An id without an entry does not compile. */
export function createRegistry(deps: { readonly practiceFolder: string; readonly clock: Clock }): {
  readonly registry: Registry;
  readonly practice: PracticeNetwork['control'];
} {
  const practice = createPracticeNetwork({ folder: deps.practiceFolder, clock: deps.clock });
  return {
    registry: {
      practice: practice.network,
      bluesky: createBlueskyNetwork(),
      mastodon: createMastodonNetwork(),
    },
    practice: practice.control,
  };
}
