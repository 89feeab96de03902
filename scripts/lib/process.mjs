/** Child processes: start, show what they say, end them with everything they started. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inCache, projectRoot } from './paths.mjs';

/** A failure a person can act on: what failed, then what to do. Shown without a stack. */
export class SetupError extends Error {
  constructor(what, whatToDo, cause) {
    super(what, cause === undefined ? undefined : { cause });
    this.whatToDo = whatToDo;
  }
}

const isWindows = process.platform === 'win32';
const children = new Set();
const exitHooks = [];

/** `hook` runs when this process ends, in whatever way Node can still notice. It must be synchronous. */
export const atExit = (hook) => exitHooks.push(hook);

/** Asks everything started by `run` to end. */
export function endChildren() {
  for (const child of children) child.kill('SIGTERM');
}

process.once('exit', () => {
  endChildren();
  for (const hook of exitHooks) hook();
});

/**
 * Runs a command to its end and returns { code, signal, log }.
 * `log` null: its output goes to this terminal. Otherwise output goes to the file of that name
 * in the cache, which is named when the command fails.
 */
export function run(
  command,
  args,
  { cwd = projectRoot, env = process.env, log = null, input = null, timeout, onStart } = {},
) {
  const logPath = log && inCache('logs', `${log}.log`);
  if (logPath) mkdirSync(dirname(logPath), { recursive: true });
  const fd = logPath ? openSync(logPath, 'w') : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: logPath ? { ...env, NO_COLOR: '1' } : env,
      stdio: [input === null ? 'ignore' : 'pipe', fd, fd],
      windowsHide: true,
      timeout,
    });
    children.add(child);
    if (child.pid !== undefined) onStart?.(child.pid);
    const done = (result) => {
      children.delete(child);
      if (typeof fd === 'number') closeSync(fd);
      resolve({ ...result, log: logPath });
    };
    if (input !== null) child.stdin.end(input);
    child.once('error', (error) =>
      error.code === 'ENOENT' ? done({ code: 127, signal: null }) : reject(error),
    );
    child.once('exit', (code, signal) => done({ code, signal }));
  });
}

/** Runs a command that must succeed; on failure the last lines of its log are part of the message. */
export async function runOrFail(what, whatToDo, command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  const tail = result.log ? `\n${lastLines(result.log, 15)}\n  (whole output: ${result.log})` : '';
  throw new SetupError(`${what} failed (${result.signal ?? `exit ${result.code}`}).${tail}`, whatToDo);
}

export function lastLines(path, count) {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `    ${line}`)
    .join('\n');
}

/** npm's own entry script, started by this Node: no shell and no `.cmd` wrapper on any system. */
export function npmCommand(args) {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const cli = candidates.find((path) => path && /npm-cli\.c?js$/.test(path) && exists(path));
  if (cli) return [process.execPath, [cli, ...args]];
  return isWindows ? ['cmd.exe', ['/d', '/s', '/c', 'npm', ...args]] : ['npm', args];
}

/** A script of an installed package, run by this Node. */
export function packageBin(name, script) {
  return join(projectRoot, 'node_modules', name, script);
}

function exists(path) {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
