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

/** The person asked to stop: nothing further is started. */
export class Interrupted extends Error {}

const GRACE_MS = 20_000;
const isWindows = process.platform === 'win32';
const running = new Set();
const exitHooks = [];
let interrupted = false;

/** `hook` runs when this process ends, in whatever way Node can still notice. It must be synchronous. */
export const atExit = (hook) => exitHooks.push(hook);

process.once('exit', () => {
  endChildren('SIGTERM');
  for (const hook of exitHooks) hook();
});

/**
 * Passes a signal on, once, and lets every child end in its own order; what is still there after
 * the grace period, or at a second signal, is killed.
 */
export function interrupt(signal) {
  if (interrupted) {
    endChildren('SIGKILL');
    process.exit(1);
  }
  interrupted = true;
  endChildren(signal);
  setTimeout(() => endChildren('SIGKILL'), GRACE_MS).unref();
}

function endChildren(signal) {
  for (const entry of running) send(entry, signal);
}

/** Children have process groups of their own, so a Ctrl-C reaches them through here and only once. */
function send({ child, wholeGroup }, signal) {
  try {
    if (wholeGroup && !isWindows) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Runs a command to its end and returns { code, signal, log }.
 * `log` null: its output goes to this terminal; otherwise to the file of that name in the cache.
 * `timeout` (ms) ends it. Signals go to everything it started, unless `wholeGroup` is false.
 */
export function run(
  command,
  args,
  { cwd = projectRoot, env = process.env, log = null, timeout, wholeGroup = true, onStart } = {},
) {
  if (interrupted) return Promise.reject(new Interrupted());
  const logPath = log && inCache('logs', `${log}.log`);
  if (logPath) mkdirSync(dirname(logPath), { recursive: true });
  const output = logPath ? openSync(logPath, 'w') : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: logPath ? { ...env, NO_COLOR: '1' } : env,
      stdio: ['ignore', output, output],
      detached: !isWindows,
      windowsHide: true,
    });
    const entry = { child, wholeGroup };
    if (child.pid !== undefined) {
      running.add(entry);
      onStart?.(child.pid);
    }
    const limit = timeout && setTimeout(() => send(entry, 'SIGTERM'), timeout);
    const settle = (finish) => {
      clearTimeout(limit);
      running.delete(entry);
      if (logPath) closeSync(output);
      finish();
    };
    child.once('error', (error) =>
      settle(() =>
        error.code === 'ENOENT' ? resolve({ code: 127, signal: null, log: logPath }) : reject(error),
      ),
    );
    child.once('exit', (code, signal) =>
      settle(() => (interrupted ? reject(new Interrupted()) : resolve({ code, signal, log: logPath }))),
    );
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
