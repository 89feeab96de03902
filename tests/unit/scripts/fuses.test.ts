import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { fuses } from '../../../scripts/lib/fuses.mjs';

describe('the fuses of the packaged app', () => {
  it('are all decided: none that the fuse list knows is left to its default', () => {
    const known = Object.values(FuseV1Options).filter((value) => typeof value === 'number');
    expect(Object.keys(fuses).map(Number).sort()).toEqual(known.sort());
    expect(Object.values(fuses).every((value) => typeof value === 'boolean')).toBe(true);
  });

  it('leave no way to run other code with the app', () => {
    expect(fuses[FuseV1Options.RunAsNode]).toBe(false);
    expect(fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(false);
    expect(fuses[FuseV1Options.EnableNodeCliInspectArguments]).toBe(false);
    expect(fuses[FuseV1Options.GrantFileProtocolExtraPrivileges]).toBe(false);
    expect(fuses[FuseV1Options.OnlyLoadAppFromAsar]).toBe(true);
  });
});
