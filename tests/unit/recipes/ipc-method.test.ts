import { describe, expect, it } from 'vitest';
import { contract } from '@shared/ipc/contract';
import { added, changed, namesIn, readTree, textOf, without, type Tree } from './tree';

/** Words that name features, in every layer the same. `settings` also speaks for the app as a whole. */
const firstWords = (feature: string): readonly string[] =>
  feature === 'settings' ? ['settings', 'app'] : [named(feature)];
/** Files are named with dashes, what is in them without. */
const named = (feature: string): string =>
  feature.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Answered, and asked for by nothing that a person sees. */
const notAsked = new Set(['composer.drafts']);

const methodsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}'([\w.]+)': (?:method|streaming)\(/gm)].map(([, name]) => name ?? '');

/** Adding an IPC method: schema in shared/ipc, handler in main/ipc, a call in the window. What is left out, by name. */
function problems(tree: Tree): readonly string[] {
  const features = namesIn(tree, 'shared/ipc')
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((feature) => methodsOf(textOf(tree, `shared/ipc/${feature}.ts`)).length > 0);
  const callers = [...tree]
    .filter(([path]) => path.startsWith('renderer/src/') || path.startsWith('electron/main/shell/'))
    .map(([, text]) => text)
    .join('\n');
  const found: string[] = [];
  const demand = (holds: boolean, problem: string): void => void (holds || found.push(problem));

  for (const feature of features) {
    const handlers = textOf(tree, `electron/main/ipc/${feature}.ts`);
    demand(
      textOf(tree, 'shared/ipc/contract.ts').includes(`  ...${named(feature)},`),
      `contract.ts leaves out ${feature}`,
    );
    demand(handlers !== '', `no electron/main/ipc/${feature}.ts`);
    demand(
      textOf(tree, 'electron/main/ipc/handlers.ts').includes(`  ...${named(feature)}Handlers(`),
      `handlers.ts leaves out ${feature}`,
    );
    for (const name of methodsOf(textOf(tree, `shared/ipc/${feature}.ts`))) {
      const [word] = name.split('.');
      demand(firstWords(feature).includes(word ?? ''), `${name} is in the file of ${feature}`);
      demand(handlers.includes(`'${name}':`), `${name} has no handler`);
      demand(
        callers.includes(`'${name}'`) || notAsked.has(name),
        `${name} is called by nothing in the window`,
      );
    }
  }
  return found;
}

describe('the recipe for an IPC method', () => {
  const tree = readTree(['shared/ipc', 'electron/main/ipc', 'electron/main/shell', 'renderer/src']);
  const schema = 'shared/ipc/outbox.ts';
  const contractFile = 'shared/ipc/contract.ts';

  it('is followed by every method there is', () => {
    expect(problems(tree)).toEqual([]);
    const read = [...tree.keys()]
      .filter((path) => path.startsWith('shared/ipc/'))
      .flatMap((path) => methodsOf(textOf(tree, path)));
    expect([...read].sort()).toEqual(Object.keys(contract).sort());
  });

  it.each<readonly [string, Tree, string]>([
    [
      'a schema without handler',
      changed(tree, 'electron/main/ipc/outbox.ts', "'outbox.retry':", "'outbox.other':"),
      'outbox.retry has no handler',
    ],
    [
      'a feature without a file of handlers',
      without(tree, 'electron/main/ipc/outbox.ts'),
      'no electron/main/ipc/outbox.ts',
    ],
    [
      'a feature that the contract does not take in',
      changed(tree, contractFile, '  ...outbox,\n', ''),
      'contract.ts leaves out outbox',
    ],
    [
      'handlers that nobody joins to the others',
      changed(tree, 'electron/main/ipc/handlers.ts', '  ...outboxHandlers(services),\n', ''),
      'handlers.ts leaves out outbox',
    ],
    [
      'a method that the window never calls',
      changed(tree, schema, "'outbox.retry'", "'outbox.retryAll'"),
      'outbox.retryAll is called by nothing in the window',
    ],
    [
      'a method in the file of another feature',
      added(tree, schema, `${textOf(tree, schema)}\n  'inbox.list': method(nothing, done),\n`),
      'inbox.list is in the file of outbox',
    ],
  ])('notices %s', (_what, broken, problem) => {
    expect(problems(broken)).toContain(problem);
  });
});
