import type { AccountMetrics, Metrics } from '@shared/domain/network';
import { NetworkError } from '../errors';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { metricsOf } from './mapping';
import { encoded, isOrganization, list } from './urn';
import { networkSize, page, shareStatistics } from './wire';

/** Posts have one of two kinds of names, and the numbers are asked for by kind. */
const kinds = [
  { prefix: 'urn:li:share:', param: 'shares' },
  { prefix: 'urn:li:ugcPost:', param: 'ugcPosts' },
] as const;

/** Numbers of a Page's posts. LinkedIn gives none for posts of people, and none for what nobody has seen. */
export async function postMetrics(
  urns: readonly string[],
  agent: Agent,
): Promise<ReadonlyMap<string, Metrics>> {
  const found = new Map<string, Metrics>();
  if (!isOrganization(agent.urn)) return found;
  for (const { prefix, param } of kinds) {
    const wanted = urns.filter((urn) => urn.startsWith(prefix));
    for (let from = 0; from < wanted.length; from += limits.pageSize.batch) {
      const part = list(wanted.slice(from, from + limits.pageSize.batch));
      const query = `q=organizationalEntity&organizationalEntity=${encoded(agent.urn)}&${param}=${part}`;
      const path = `/rest/organizationalEntityShareStatistics?${query}`;
      const { body } = await agent.call({ method: 'GET', path, effect: 'read' }, page);
      for (const one of agent.read(shareStatistics, body.elements)) {
        const urn = one.share ?? one.ugcPost;
        if (urn) found.set(urn, metricsOf(one.totalShareStatistics));
      }
    }
  }
  return found;
}

export async function pageMetrics(agent: Agent): Promise<AccountMetrics> {
  if (!isOrganization(agent.urn)) return {};
  const path = `/rest/networkSizes/${encoded(agent.urn)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER`;
  try {
    const { body } = await agent.call({ method: 'GET', path, effect: 'read' }, networkSize);
    return { followers: body.firstDegreeSize };
  } catch (error) {
    // Not every product has this number: what is missing stays missing.
    if (error instanceof NetworkError && ['permission', 'gone', 'protocol'].includes(error.kind)) return {};
    throw error;
  }
}
