import { NetworkError } from '../errors';
import type { Agent } from './agent';
import { fieldOf } from './client';
import { resolvedHandle } from './wire';

/** 400 KB of schemas that the start of the app does not need: loaded with the first text that is sent. */
const protocol = () => import('@atproto/api');

export type Facet = {
  readonly index: { readonly byteStart: number; readonly byteEnd: number };
  readonly features: readonly Readonly<Record<string, unknown>>[];
};

/** Length as the network counts it. */
export function measure(text: string): { readonly graphemes: number; readonly bytes: number } {
  let graphemes = 0;
  for (const _part of segmenter.segment(text)) graphemes += 1;
  return { graphemes, bytes: new TextEncoder().encode(text).length };
}
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Links, tags and mentions of the text. A mention of nobody stays plain text. */
export async function facetsOf(text: string, agent: Agent): Promise<readonly Facet[]> {
  const { RichText } = await protocol();
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  const facets = await Promise.all(
    (rich.facets ?? []).map((facet) => resolveMentions(facet as Facet, agent)),
  );
  return facets.filter((facet) => facet.features.length > 0);
}

async function resolveMentions(facet: Facet, agent: Agent): Promise<Facet> {
  const features = await Promise.all(
    facet.features.map(async (feature) => {
      if (feature.$type !== 'app.bsky.richtext.facet#mention') return feature;
      const did = await resolve(String(feature.did), agent);
      return did === undefined ? undefined : { ...feature, did };
    }),
  );
  return { ...facet, features: features.filter((feature) => feature !== undefined) };
}

async function resolve(handle: string, agent: Agent): Promise<string | undefined> {
  const call = { nsid: 'com.atproto.identity.resolveHandle', effect: 'read', params: { handle } } as const;
  try {
    return (await agent.call(call, resolvedHandle)).did;
  } catch (error) {
    if (error instanceof NetworkError && ['validation', 'gone'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** Refuses a record that the network would refuse, before anything is sent. */
export async function checkPost(record: unknown): Promise<void> {
  const { AppBskyFeedPost, jsonToLex } = await protocol();
  const result = AppBskyFeedPost.validateRecord(jsonToLex(record));
  if (result.success) return;
  const { message } = result.error;
  throw new NetworkError({ kind: 'validation', field: fieldOf(message), detail: message }, 'no');
}
