import { afterAll, describe, expect, it } from 'vitest';
import { networkIds, type Capabilities } from '@shared/domain/network';
import { createRegistry } from '../../../electron/main/networks/registry';
import type { Network } from '../../../electron/main/networks/network';
import { accounts as words } from '../../../renderer/src/text/en/accounts';
import { common } from '../../../renderer/src/text/en/common';
import { createManualClock, createTempDir } from '../../fakes/ports';
import { added, changed, namesIn, readTree, textOf, without, type Tree } from './tree';

const NETWORKS = 'electron/main/networks';
const TESTS = 'tests/networks';
/** The same files for every network, so that whoever knows one finds their way in all. */
const files = ['index', 'capabilities', 'auth', 'client', 'wire', 'mapping', 'inbox', 'publish'];

/** What is left out of adding a network: folder, files, scrubbed fixtures (or a server of its own), the shared suite. */
function problems(tree: Tree, ids: readonly string[]): readonly string[] {
  const found: string[] = [];
  const demand = (holds: boolean, problem: string): void => void (holds || found.push(problem));
  const folders = namesIn(tree, NETWORKS).filter((name) => !name.endsWith('.ts'));
  for (const folder of folders) demand(ids.includes(folder), `${folder} has a folder and no id`);
  for (const id of ids) {
    for (const file of files) demand(tree.has(`${NETWORKS}/${id}/${file}.ts`), `${id} has no ${file}.ts`);
    const test = textOf(tree, `${TESTS}/${id}.test.ts`);
    const beside = [...tree].filter(([path]) => path.startsWith(`${TESTS}/${id}`)).map(([, text]) => text);
    const runsSuite =
      /^networkSuite\(\s*'/m.test(test) && beside.some((text) => text.includes(`/networks/${id}/index'`));
    demand(runsSuite, `${id} does not run the suite in ${TESTS}/${id}.test.ts`);
    const hasServer = namesIn(tree, `${NETWORKS}/${id}`).includes('server');
    demand(hasServer || namesIn(tree, `${TESTS}/fixtures`).includes(id), `${id} has no fixtures`);
  }
  return found;
}

/** What a recorded answer of a network must not carry into the repository. */
const personal =
  /\beyJ[\w-]{10,}|[Bb]earer\s+\S|\b(?:sk|xox[bp]|ghp)[-_]\w{8,}|[\w.+-]+@[\w-]+\.(?!example\b|test\b)[A-Za-z]{2,}/;

/** The day of the facts must be a real one that has come. */
const isPast = ({ checkedOn }: Capabilities): boolean => {
  const at = Date.parse(`${checkedOn}T00:00:00Z`);
  return new Date(at).toISOString().startsWith(checkedOn) && at <= Date.now();
};

describe('the recipe for a network', () => {
  const tree = readTree([NETWORKS, TESTS]);

  it('is followed by every network there is', () => {
    expect(problems(tree, networkIds)).toEqual([]);
  });

  it.each<readonly [string, Tree, readonly string[], string]>([
    ['an id without a folder', tree, [...networkIds, 'orkut'], 'orkut has no index.ts'],
    [
      'an id without the suite',
      tree,
      [...networkIds, 'orkut'],
      'orkut does not run the suite in tests/networks/orkut.test.ts',
    ],
    [
      'a folder without an id',
      added(tree, `${NETWORKS}/orkut/index.ts`, ''),
      networkIds,
      'orkut has a folder and no id',
    ],
    [
      'fixtures left out',
      without(tree, `${TESTS}/fixtures/bluesky/thread-mention-quote.json`),
      ['bluesky'],
      'bluesky has no fixtures',
    ],
    ...files.map(
      (file) =>
        [
          `${file}.ts left out`,
          without(tree, `${NETWORKS}/bluesky/${file}.ts`),
          networkIds,
          `bluesky has no ${file}.ts`,
        ] as const,
    ),
    ...networkIds.map(
      (id) =>
        [
          `the suite not run by ${id}`,
          changed(tree, `${TESTS}/${id}.test.ts`, 'networkSuite(', 'otherSuite('),
          networkIds,
          `${id} does not run the suite in tests/networks/${id}.test.ts`,
        ] as const,
    ),
  ])('notices %s', (_what, broken, ids, problem) => {
    expect(problems(broken, ids)).toContain(problem);
  });

  it('keeps its fixtures free of tokens and addresses of people', () => {
    for (const [path, text] of tree)
      if (path.startsWith(`${TESTS}/fixtures/`)) expect(personal.exec(text)?.[0], path).toBeUndefined();
    for (const leak of ['"Bearer abc"', 'eyJhbGciOiJIUzI1NiJ9', 'ada@gmail.com'])
      expect(leak).toMatch(personal);
  });

  describe('what a network says of itself', () => {
    const dir = createTempDir('candor-recipes');
    const { registry, practice } = createRegistry({ practiceFolder: dir.path, clock: createManualClock() });
    afterAll(() => {
      practice.close();
      dir.remove();
    });
    const all: readonly (readonly [string, Network])[] = networkIds.map((id) => [id, registry[id]]);

    it.each(all)('%s carries its id, and the day and place its facts were checked', (id, network) => {
      expect(network.id).toBe(id);
      expect(network.defaults).toMatchObject({ network: id, name: expect.stringMatching(/\S/) as string });
      expect(isPast(network.defaults)).toBe(true);
      expect(network.defaults.source.length).toBeGreaterThan(20);
    });

    it.each(all)('%s gives a reason for everything that it cannot do', (_id, { defaults }) => {
      const { publish, inbox, act } = defaults;
      const { textOnly, images, video, quote } = publish;
      for (const support of [
        textOnly,
        images,
        video,
        quote,
        publish.delete,
        inbox.mention,
        inbox.comment,
        inbox.dm,
        ...Object.values(act),
      ])
        if (!support.ok) expect(support.note).toMatch(/\S/);
    });

    it.each(all)('%s has a name, a help text and a label for each field of its form', (id, network) => {
      const { fields, methods, help } = words.connect;
      expect(common.networks).toHaveProperty(id);
      expect(help).toHaveProperty(id);
      for (const method of network.connectMethods)
        for (const field of method.fields) expect(fields).toHaveProperty(field.name);
      if (network.connectMethods.length > 1)
        for (const method of network.connectMethods) expect(methods).toHaveProperty([method.id]);
    });
  });
});
