import type { ErrorKind } from '@shared/domain/errors';
import type { Permission } from '@shared/domain/network';
import { NetworkError } from '../errors';
import { nestedList, unlessRefused } from '../graph';
import { permissions, type Access } from './capabilities';
import type { Agent } from './client';
import { anything, debugged, grant } from './wire';

/** What the sign-in may do: told by Meta's token debugger, else by the person's list of permissions, else not at all. */
export async function fetchAccess(agent: Agent): Promise<Access> {
  return (await debug(agent)) ?? (await grants(agent)) ?? unknown;
}

const unknown: Access = {
  permissions: permissions.map(({ name, needed }) => ({ name, granted: null, needed })),
};

/** Works with the app's id and secret, and with the token of somebody who develops the app. */
async function debug(agent: Agent): Promise<Access | undefined> {
  const { token, userToken, appId, appSecret } = agent.secrets();
  const inspector = appId && appSecret ? `${appId}|${appSecret}` : (userToken ?? token);
  const params = { input_token: token };
  const call = { method: 'GET', path: '/debug_token', effect: 'read', params } as const;
  const answer = await unlessRefused(agent.as(inspector, call, debugged), refused);
  if (!answer) return undefined;
  const { is_valid, scopes, granular_scopes, expires_at, data_access_expires_at } = answer.data;
  if (!is_valid)
    throw new NetworkError({ kind: 'auth_revoked', detail: 'the token is not valid any more' }, 'no');
  const isHere = (name: string): boolean | null => {
    if (!scopes) return null;
    const targets = granular_scopes?.find(({ scope }) => scope === name)?.target_ids;
    return scopes.includes(name) && (!targets || targets.includes(agent.page));
  };
  const ends = [expires_at, data_access_expires_at].filter((at) => at !== undefined && at !== null && at > 0);
  const [first] = ends.map((at) => Number(at) * 1000).sort((a, b) => a - b);
  return { permissions: permissionsBy(isHere), ...(first !== undefined && { endsAt: first }) };
}

async function grants(agent: Agent): Promise<Access | undefined> {
  const { userToken } = agent.secrets();
  if (userToken === undefined) return undefined;
  const call = { method: 'GET', path: '/me/permissions', effect: 'read' } as const;
  const answer = await unlessRefused(agent.as(userToken, call, anything), refused);
  if (answer === undefined) return undefined;
  const granted = new Set(
    agent
      .read(grant, nestedList(answer).items)
      .filter(({ status }) => status === 'granted')
      .map(({ permission }) => permission),
  );
  // A system user's token has none of a person's grants.
  if (granted.size === 0) return undefined;
  return { permissions: permissionsBy((name) => granted.has(name)) };
}

const permissionsBy = (granted: (name: string) => boolean | null): readonly Permission[] =>
  permissions.map(({ name, needed }) => ({ name, granted: granted(name), needed }));

/** The person's token may have run out while the Page's goes on: what the Page's is worth was asked before. */
const refused: readonly ErrorKind[] = ['validation', 'permission', 'gone', 'auth_expired', 'auth_revoked'];
