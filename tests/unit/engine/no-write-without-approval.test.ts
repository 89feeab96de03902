import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'electron/main');

const sources = readdirSync(main, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.split('\\').join('/'), text: readFileSync(join(main, path), 'utf8') }));
const textOf = new Map(sources.map((file) => [file.path, file.text]));

/** The files that a file loads at run time; imports of types alone load nothing. */
function loads(path: string): readonly string[] {
  const text = textOf.get(path) ?? '';
  const found = [
    ...text.matchAll(/^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm),
    ...text.matchAll(/\bimport\('([^']+)'\)/g),
  ];
  return found.flatMap(([, specifier = '']) => {
    if (!specifier.startsWith('.')) return [];
    const target = relative(main, join(main, dirname(path), specifier.replace(/\?.*$/, '')))
      .split('\\')
      .join('/');
    return [`${target}.ts`, `${target}/index.ts`].filter((candidate) => textOf.has(candidate));
  });
}
function reach(start: readonly string[]): ReadonlySet<string> {
  const seen = new Set(start);
  const queue = [...start];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const target of loads(next).filter((path) => !seen.has(path))) {
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}
const filesThat = (pattern: RegExp): readonly string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('no path leads from a model to a network', () => {
  it('only the write fence makes permits and only the approvals service redeems approvals', () => {
    expect(filesThat(/as WritePermit|<WritePermit>/)).toEqual(['networks/write-fence.ts']);
    expect(filesThat(/as RedeemedApproval|<RedeemedApproval>/)).toEqual(['services/approvals.ts']);
  });

  it('only the write fence calls what writes to a network', () => {
    const callers = filesThat(/\.(runStep|reconcile)\(/).filter((path) => !/^networks\/[^/]+\//.test(path));
    expect(callers).toEqual(['networks/write-fence.ts']);
    expect([...filesThat(/createWriteFence\(/)].sort()).toEqual(['engine.ts', 'networks/write-fence.ts']);
    expect([...filesThat(/\.mint\(/)].sort()).toEqual([
      'services/calendar-moves.ts',
      'services/outbox.ts',
      'services/replies.ts',
    ]);
  });

  it('nothing of the AI side loads a network, the fence, an approval or a job', () => {
    const ai = sources
      .map(({ path }) => path)
      .filter((path) => path.startsWith('ai/') || /^services\/(suggestions|providers|ai-control)/.test(path));
    expect(ai.length).toBeGreaterThan(5);
    const forbidden =
      /^(networks|scheduler)\/|^engine\.ts$|^services\/(approvals|publishing|replies|actions|outbox|composer|calendar|jobs|missed)/;
    expect([...reach(ai)].filter((path) => forbidden.test(path))).toEqual([]);
  });

  it('networks load neither services, nor the database, nor the AI side', () => {
    const networks = sources.map(({ path }) => path).filter((path) => path.startsWith('networks/'));
    const forbidden = /^(services|ai|scheduler|transparency)\/|^db\//;
    expect([...reach(networks)].filter((path) => forbidden.test(path))).toEqual([]);
  });
});
