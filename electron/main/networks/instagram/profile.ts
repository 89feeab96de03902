import { graph, type GraphTarget } from '../graph';
import type { HttpDeps } from '../http';
import type { Profile, RateInfo } from '../network';
import { NetworkError } from '../errors';
import type { Secrets } from './auth';
import type { InstagramEndpoints } from './endpoints';
import { instagramErrors } from './errors';
import { user, type User } from './wire';

export const targetOf = (
  secrets: Pick<Secrets, 'flavour' | 'token' | 'version' | 'appSecret'>,
  endpoints: InstagramEndpoints,
  onRate?: (rate: RateInfo) => void,
): GraphTarget => ({
  base: `${secrets.flavour === 'facebook' ? endpoints.facebookGraph : endpoints.graph}/${secrets.version}`,
  token: secrets.token,
  errors: instagramErrors,
  // Signs every call, for apps that ask for it; the secret of an Instagram app signs nothing.
  ...(secrets.flavour === 'facebook' && secrets.appSecret && { appSecret: secrets.appSecret }),
  ...(onRate && { onRate }),
});

const FIELDS: Readonly<Record<Secrets['flavour'], string>> = {
  instagram:
    'id,user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,media_count',
  facebook: 'id,username,name,profile_picture_url,followers_count,follows_count,media_count',
};

export const fetchUser = (
  deps: HttpDeps,
  secrets: Secrets,
  endpoints: InstagramEndpoints,
  node: string,
  onRate?: (rate: RateInfo) => void,
): Promise<User> =>
  graph(
    deps,
    targetOf(secrets, endpoints, onRate),
    { method: 'GET', path: `/${node}`, effect: 'read', params: { fields: FIELDS[secrets.flavour] } },
    user,
  );

export function toProfile(seen: User, endpoints: InstagramEndpoints): Profile {
  const remoteId = seen.user_id ?? seen.id;
  if (remoteId === undefined)
    throw new NetworkError({ kind: 'protocol', detail: 'an account without an id' }, 'no');
  return {
    remoteId,
    handle: seen.username,
    displayName: seen.name?.trim() || seen.username,
    ...(seen.profile_picture_url && { avatarUrl: seen.profile_picture_url }),
    serviceUrl: endpoints.web,
    profileUrl: `${endpoints.web}/${encodeURIComponent(seen.username)}/`,
  };
}
