import type { NetworkId } from '@shared/domain/network';
import { blueskyGuide } from './bluesky';
import { discordGuide } from './discord';
import { facebookGuide } from './facebook';
import type { Guide } from './guide';
import { instagramGuide } from './instagram';
import { linkedinGuide } from './linkedin';
import { mastodonGuide } from './mastodon';
import { telegramGuide } from './telegram';
import { threadsGuide } from './threads';
import { xGuide } from './x';
import { youtubeGuide } from './youtube';

/** How to set up each network; null where nothing has to be set up before. */
export const guides: Readonly<Record<NetworkId, Guide | null>> = {
  practice: null,
  bluesky: blueskyGuide,
  mastodon: mastodonGuide,
  facebook: facebookGuide,
  instagram: instagramGuide,
  x: xGuide,
  threads: threadsGuide,
  linkedin: linkedinGuide,
  youtube: youtubeGuide,
  telegram: telegramGuide,
  discord: discordGuide,
};
