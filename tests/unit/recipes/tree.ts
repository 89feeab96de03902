import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of the project by path, with their text: what a recipe is checked on. */
export type Tree = ReadonlyMap<string, string>;

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Everything below these folders. Line ends are those of the repository, whatever the checkout made of them. */
export const readTree = (folders: readonly string[]): Tree =>
  new Map(
    folders
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      )
      .map((file) => [
        relative(root, file).split(sep).join('/'),
        readFileSync(file, 'utf8').replaceAll('\r\n', '\n'),
      ]),
  );

export const without = (tree: Tree, path: string): Tree => new Map([...tree].filter(([at]) => at !== path));

/** The tree with one text changed; a change that finds nothing to change is a mistake of the test. */
export function changed(tree: Tree, path: string, from: string, to: string): Tree {
  const text = tree.get(path) ?? '';
  if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`);
  return new Map([...tree, [path, text.replaceAll(from, to)]]);
}

export const added = (tree: Tree, path: string, text: string): Tree => new Map([...tree, [path, text]]);
export const textOf = (tree: Tree, path: string): string => tree.get(path) ?? '';
/** Names directly below a folder. */
export const namesIn = (tree: Tree, folder: string): readonly string[] => [
  ...new Set(
    [...tree.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
  ),
];
