import type { NetworkId } from '@shared/domain/network';
import type { Network } from './network';
import { createBlueskyNetwork } from './bluesky';
import { createLinkedinNetwork } from './linkedin';
import { linkedinEndpoints } from './linkedin/endpoints';
import { createFacebookNetwork } from './facebook';
import { facebookEndpoints } from './facebook/endpoints';
import { createInstagramNetwork } from './instagram';
import { instagramEndpoints } from './instagram/endpoints';
import { createMastodonNetwork } from './mastodon';
import { createThreadsNetwork } from './threads';
import { threadsEndpoints } from './threads/endpoints';
import { createYoutubeNetwork } from './youtube';
import { youtubeEndpoints } from './youtube/endpoints';
import { createPracticeNetwork, type PracticeNetwork } from './practice';
import { createDiscordNetwork } from './discord';
import { discordEndpoints } from './discord/endpoints';
import { createTelegramNetwork } from './telegram';
import { telegramEndpoints } from './telegram/endpoints';
import { createXNetwork } from './x';
import { xEndpoints } from './x/endpoints';
import type { Clock, EndpointOverrides } from '../ports';

export type Registry = Readonly<Record<NetworkId, Network>>;

/** Every network that Candor speaks to. An id without an entry does not compile. */
export function createRegistry(deps: {
  readonly practiceFolder: string;
  readonly clock: Clock;
  readonly endpoints?: EndpointOverrides;
}): {
  readonly registry: Registry;
  readonly practice: PracticeNetwork['control'];
} {
  const practice = createPracticeNetwork({ folder: deps.practiceFolder, clock: deps.clock });
  const at = <Endpoints extends Readonly<Record<string, string>>>(
    id: NetworkId,
    usual: Endpoints,
  ): Endpoints => ({
    ...usual,
    ...deps.endpoints?.[id],
  });
  return {
    registry: {
      practice: practice.network,
      bluesky: createBlueskyNetwork(),
      mastodon: createMastodonNetwork(),
      facebook: createFacebookNetwork(at('facebook', facebookEndpoints)),
      instagram: createInstagramNetwork(at('instagram', instagramEndpoints)),
      threads: createThreadsNetwork(at('threads', threadsEndpoints)),
      linkedin: createLinkedinNetwork(at('linkedin', linkedinEndpoints)),
      youtube: createYoutubeNetwork(at('youtube', youtubeEndpoints)),
      x: createXNetwork(at('x', xEndpoints)),
      telegram: createTelegramNetwork(at('telegram', telegramEndpoints)),
      discord: createDiscordNetwork(at('discord', discordEndpoints)),
    },
    practice: practice.control,
  };
}
