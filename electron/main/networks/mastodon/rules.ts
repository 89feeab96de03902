import { aboutAiFirst } from '@shared/domain/server-rules';
import type { HttpDeps } from '../http';
import { limits } from './capabilities';
import { api, type ApiTarget } from './client';
import { isUntold } from './errors';
import { list, rule, type Instance } from './wire';

/**
 * What the server asks of those who write there, in its own words; undefined where it says nothing. In what a server
 * tells of itself since Mastodon 3.4, and beside that elsewhere (docs.joinmastodon.org, methods/instance).
 */
export async function fetchRules(
  deps: HttpDeps,
  target: ApiTarget,
  instance: Instance | undefined,
): Promise<readonly string[] | undefined> {
  const rules = toRules(instance?.rules ?? (await ask(deps, target)));
  return rules.length === 0 ? undefined : rules;
}

async function ask(deps: HttpDeps, target: ApiTarget): Promise<readonly unknown[]> {
  try {
    const call = { method: 'GET', path: '/api/v1/instance/rules', effect: 'read' } as const;
    return (await api(deps, target, call, list)).body;
  } catch (error) {
    if (!isUntold(error)) throw error;
    return [];
  }
}

/** So few, so short, and with those that matter here first: a server must not fill the window with them. */
export const toRules = (told: readonly unknown[]): readonly string[] =>
  aboutAiFirst(
    told.flatMap((one) => {
      const parsed = rule.safeParse(one).data;
      const text = [parsed?.text, parsed?.hint].map(plain).filter(Boolean).join('\n');
      return text === '' ? [] : [shortened(text)];
    }),
  ).slice(0, limits.rules.max);

/** On one line, without marks that turn the direction of what is around it. */
const plain = (text: string | null | undefined): string =>
  (text ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
const shortened = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= limits.rules.length
    ? text
    : `${characters.slice(0, limits.rules.length - 1).join('')}…`;
};
