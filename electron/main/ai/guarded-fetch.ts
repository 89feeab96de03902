import { appError } from '@shared/domain/errors';
import type { AppInfo, Http } from '../ports';
import { localPresets, originOf, presets, type ModelEndpoint } from './endpoint';
import type { AiGate } from './gate';

export type GuardedFetchDeps = {
  readonly http: Http;
  readonly app: AppInfo;
  readonly gate: AiGate;
  /** Whether a configured provider has this origin. Nothing else is ever called. */
  readonly allowed: (origin: string) => boolean;
};

/** Lets calls out to the endpoint's own origin only, and tells the server no more about this machine than it needs. */
export function guardedFetch(deps: GuardedFetchDeps, endpoint: ModelEndpoint, count: () => void): Http {
  const origin = originOf(endpoint.baseUrl);
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const known =
      deps.allowed(url.origin) || localPresets.some((id) => originOf(presets[id].baseUrl) === url.origin);
    if (url.origin !== origin || !known)
      throw appError('not_allowed', { detail: 'not the host of a configured provider' });
    deps.gate.assertOpen();
    count();
    const given = new Headers(init?.headers);
    const headers = new Headers({ 'user-agent': `${deps.app.name}/${deps.app.version}` });
    for (const name of ['accept', 'content-type', ...(endpoint.key === null ? [] : ['authorization'])]) {
      const value = given.get(name);
      if (value !== null) headers.set(name, value);
    }
    return deps.http(url, { ...init, headers, redirect: 'error', credentials: 'omit' });
  };
}
