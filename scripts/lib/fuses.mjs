// @ts-check
/** What the packaged app's Electron may do. Every fuse is named, so that a new one cannot slip in unseen. */
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/**
 * The type has one key per fuse this version of @electron/fuses knows: one that is missing here does not compile.
 * @type {Readonly<Record<FuseV1Options, boolean>>}
 */
export const fuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
};

/**
 * Sets every fuse the binary has; a binary with a fuse that is not listed above is refused.
 * An older Electron has a shorter list: what it does not know is left out.
 * @param {string} executable
 * @param {{ resetAdHocDarwinSignature?: boolean }} [options]
 */
export async function applyFuses(executable, options = {}) {
  const known = new Set(Object.keys(await getCurrentFuseWire(executable)));
  const wanted = /** @type {typeof fuses} */ (
    Object.fromEntries(Object.entries(fuses).filter(([fuse]) => known.has(fuse)))
  );
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    ...options,
    ...wanted,
  });
}
