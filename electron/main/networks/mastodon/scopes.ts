import type { Capabilities, Permission, PermissionUse, Support } from '@shared/domain/network';
import { z } from 'zod';
import type { HttpDeps } from '../http';
import { limits } from './capabilities';
import { api, type ApiTarget } from './client';
import { isUntold } from './errors';

/** The narrowest set of scopes with which everything here works (docs.joinmastodon.org, OAuth scopes). */
export const wantedScopes: string = limits.scopes.map(({ name }) => name).join(' ');

const words = (scopes: string): readonly string[] => scopes.split(/[\s+]+/).filter(Boolean);

/** Scopes are hierarchical: `write` holds `write:media`. */
const covers = (granted: readonly string[], scope: string): boolean =>
  granted.includes(scope) || granted.includes(scope.replace(/:.*$/, ''));

/** Each scope that is wanted; `granted` undefined where the server does not tell. */
export const permissionsOf = (granted: string | undefined): readonly Permission[] =>
  limits.scopes.map(({ name, needed }) => ({
    name,
    granted: granted === undefined ? null : covers(words(granted), name),
    needed: needed as readonly PermissionUse[],
  }));

const application = z.object({ scopes: z.array(z.string()).nullish() });

/** The scopes of the app that a pasted token belongs to; servers before Mastodon 4.3 do not tell. */
export async function fetchScopes(deps: HttpDeps, target: ApiTarget): Promise<string | undefined> {
  const call = { method: 'GET', path: '/api/v1/apps/verify_credentials', effect: 'read' } as const;
  try {
    const { body } = await api(deps, target, call, application);
    return body.scopes?.join(' ');
  } catch (error) {
    if (!isUntold(error)) throw error;
    return undefined;
  }
}

const lacking = (scope: string): Support => ({
  ok: false,
  why: 'scope',
  note: `The sign-in lacks the permission ${scope}. Reconnect and allow it.`,
});

/** What the sign-in does not allow is off, with the scope that is missing. */
export function withScopes(all: Capabilities, granted: string | undefined): Capabilities {
  const permissions = permissionsOf(granted);
  const has = (name: string): boolean =>
    permissions.every((one) => one.name !== name || one.granted !== false);
  const given = <T extends Support>(support: T, ...scopes: readonly string[]): T | Support => {
    const missing = scopes.find((scope) => !has(scope));
    return missing === undefined || !support.ok ? support : lacking(missing);
  };
  const { publish, act, inbox } = all;
  return {
    ...all,
    publish: {
      ...publish,
      textOnly: given(publish.textOnly, 'write:statuses'),
      images: given(publish.images, 'write:statuses', 'write:media'),
      video: given(publish.video, 'write:statuses', 'write:media'),
      quote: given(publish.quote, 'read:search'),
      delete: given(publish.delete, 'write:statuses'),
    },
    inbox: {
      ...inbox,
      mention: given(inbox.mention, 'read:notifications'),
      comment: given(inbox.comment, 'read:notifications', 'read:statuses'),
      dm: given(inbox.dm, 'read:statuses'),
    },
    act: {
      ...act,
      reply: given(act.reply, 'write:statuses'),
      like: given(act.like, 'write:favourites'),
      deleteOwn: given(act.deleteOwn, 'write:statuses'),
      markRead: given(act.markRead, 'write:conversations'),
      dm: given(act.dm, 'write:statuses'),
    },
    access: { permissions },
  };
}
