/**
 * What a single file's imports cannot show: circles, and ways through several files.
 * Who may import whom directly is in scripts/lint/layers.mjs.
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Circular values depend on load order. Move what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'shared-runs-anywhere',
      comment: 'shared/ must not reach Node or Electron, not even through another file.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { reachable: true, path: '^(electron/|electron$|node_modules/electron/)' },
    },
    {
      name: 'no-way-from-ai-to-a-network',
      comment: 'A model never reaches a network or the database: a person approves, a service publishes.',
      severity: 'error',
      from: { path: '^electron/main/ai/' },
      to: { reachable: true, path: '^electron/main/(networks/[^/]+/|db/)' },
    },
    {
      name: 'core-knows-no-electron',
      comment: 'The core runs in plain Node too. Take a port from electron/main/ports.ts.',
      severity: 'error',
      from: { path: '^electron/main/core\\.ts$' },
      to: { reachable: true, path: '(^electron/main/shell/|node_modules/electron/)' },
    },
    {
      name: 'page-knows-no-node',
      comment: 'The page runs sandboxed: use renderer/src/bridge.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { reachable: true, path: '^electron/' },
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['\\?(raw|url|nodeWorker|modulePath|asset)$'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|dist)/' },
    // The graph of values: what is imported as a type does not exist when the app runs.
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
