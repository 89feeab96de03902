/** ESLint rules of this project: the import table of layers.mjs, and file names. */
import { builtinModules } from 'node:module';
import { basename, dirname, posix, relative, sep } from 'node:path';
import { inProject, projectRoot } from '../lib/paths.mjs';
import { layers, packageDoors } from './layers.mjs';

const ALIASES = { '@shared/': 'shared/', '@/': 'renderer/src/' };

/** { path } of a file in this project, or { package }; `node` for Node's own modules. */
export function resolveTarget(file, specifier) {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('.')) return { path: posix.join(posix.dirname(file), bare) };
  const alias = Object.keys(ALIASES).find((prefix) => bare.startsWith(prefix));
  if (alias) return { path: ALIASES[alias] + bare.slice(alias.length) };
  if (bare.startsWith('node:') || builtinModules.includes(bare)) return { package: 'node' };
  return {
    package: bare
      .split('/')
      .slice(0, bare.startsWith('@') ? 2 : 1)
      .join('/'),
  };
}

/** Null when `file` may import `specifier`, otherwise the sentence for the person who tried. */
export function importProblem(file, specifier, typeOnly) {
  const layer = layers.find(({ files }) => owns(files, file));
  if (!layer) return null;
  const target = resolveTarget(file, specifier);
  if (target.package) return packageProblem(layer, file, target.package);
  if (sameLayer(layer, file, target.path)) return null;
  const allowed = [...layer.may, ...(typeOnly ? (layer.mayTypes ?? []) : [])];
  if (allowed.some((pattern) => covers(pattern, target.path))) return null;
  const onlyTypes = (layer.mayTypes ?? []).some((pattern) => covers(pattern, target.path));
  const what = onlyTypes ? `values of ${target.path} (types are fine)` : target.path;
  return `${layer.name} must not import ${what}. ${layer.door}`;
}

function packageProblem(layer, file, name) {
  const door = packageDoors.find((entry) => entry.name === name);
  if (door) return door.only.some((path) => owns(path, file)) ? null : door.door;
  if (layer.packages === 'any' || layer.packages.includes(name)) return null;
  return `${layer.name} must not import the package ${name}. ${layer.door}`;
}

const owns = (pattern, file) => (typeof pattern === 'string' ? file.startsWith(pattern) : pattern.test(file));

function covers(pattern, path) {
  if (typeof pattern !== 'string') return pattern.test(path);
  const plain = path.replace(/\.(ts|vue)$/, '');
  return plain === pattern || plain.startsWith(`${pattern}/`);
}

function sameLayer(layer, file, path) {
  if (!layer.private)
    return layers.find(({ files }) => owns(files, path) || owns(files, `${path}.ts`)) === layer;
  const [folder] = layer.files.exec(file);
  return path.startsWith(folder);
}

const importDoors = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(projectRoot, context.filename).split(sep).join('/');
    const check = (node, source, typeOnly) => {
      const message = typeof source === 'string' ? importProblem(file, source, typeOnly) : null;
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value, isTypeOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source.value, false),
      TSImportType: (node) => check(node, (node.source ?? node.argument?.literal)?.value, true),
    };
  },
};

const isTypeOnly = (node) =>
  node.importKind === 'type' ||
  (node.specifiers.length > 0 && node.specifiers.every((specifier) => specifier.importKind === 'type'));

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|config|d|bench|type-test))*\.(ts|mjs|js)$/;
const PASCAL = /^[A-Z][A-Za-z0-9]*\.vue$/;

const fileName = {
  meta: { type: 'suggestion', schema: [] },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      const fine = name.endsWith('.vue')
        ? PASCAL.test(name)
        : KEBAB.test(name) || dirname(context.filename) === inProject();
      if (!fine)
        context.report({ node, message: `${name}: files are kebab-case.ts, components are PascalCase.vue.` });
    },
  }),
};

export const candorRules = { rules: { 'import-doors': importDoors, 'file-name': fileName } };
