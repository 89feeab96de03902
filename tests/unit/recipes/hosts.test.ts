import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleForNode } from '../../fakes/node-bundle';
import { readTree } from './tree';

const NETWORKS = 'electron/main/networks';
const inProject = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const addresses = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:https?|wss?):\/\/(?:\$\{[^}]*\}|[\w.*-]+)/g)].map(([address]) => address);

/** Addresses that no request goes to, or only because the person has set it. */
const elsewhere: readonly (readonly [address: RegExp, why: string])[] = [
  [/^https?:\/\/(?:127\.0\.0\.1|localhost|\[?::1)/, 'this device'],
  [/^https:\/\/(?:api\.openai\.com|openrouter\.ai)$/, 'presets of AI providers that the person chooses from'],
  [/^https?:\/\/\$\{/, 'put together from what the person has set, or from this device'],
  [/^http:\/\/(?:www\.w3\.org|cv\.iptc\.org|s3\.amazonaws\.com)$/, 'names of a vocabulary, not addresses'],
  [/^https:\/\/atproto\.com$/, 'a source named in a comment'],
  [/\.example$/, 'the practice world: names that nobody can own'],
];

describe('requests go to hosts that somebody chose', () => {
  let bundle = '';
  beforeAll(async () => {
    bundle = readFileSync(await bundleForNode(inProject('electron/main/core.ts')), 'utf8');
  }, 60_000);

  it('has no host in the bundle but those of the endpoints files, facts about networks, and settings', () => {
    const tree = readTree([NETWORKS, 'resources/networks']);
    const known = new Set<string>();
    for (const [path, text] of tree)
      if (path.endsWith('/endpoints.ts') || path.startsWith('resources/networks/'))
        for (const address of addresses(text)) known.add(address);
    const strange = addresses(bundle).filter(
      (address) => !known.has(address) && !elsewhere.some(([form]) => form.test(address)),
    );
    expect([...new Set(strange)]).toEqual([]);
    expect(known.size).toBeGreaterThan(10);
  });

  it('would notice one', () => {
    expect(addresses("fetch('https://collector.example/v1')")).toEqual(['https://collector.example']);
  });
});
