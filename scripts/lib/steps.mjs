/** One line per step, with progress while it runs and nothing at all when there was nothing to do. */
const HEARTBEAT_MS = 20_000;
const seconds = (ms) => `${Math.round(ms / 1000)} s`;

/**
 * Runs `work(progress)` unless `isDone()`; `work` may return words for the end of the line.
 * @param {string} title
 * @param {() => boolean | Promise<boolean>} isDone
 * @param {(progress: (words: string) => void) => unknown} work
 * @param {{ write: (text: string) => unknown, isTTY?: boolean }} out
 */
export async function step(title, isDone, work, out = process.stderr) {
  if (await isDone()) return;
  const started = Date.now();
  const line = createLine(out, title, started);
  try {
    const words = await work(line.progress);
    line.end(`done in ${seconds(Date.now() - started)}${words ? ` (${words})` : ''}`);
  } catch (error) {
    line.end('FAILED');
    throw error;
  }
}

/** On a terminal the line is rewritten; elsewhere each change and a sign of life are lines of their own. */
function createLine(out, title, started) {
  let words = '';
  const rewrite = out.isTTY === true;
  const say = (text) => out.write(rewrite ? `\r\u001b[2K${title}: ${text}` : `${title}: ${text}\n`);
  const beat = () => say(`${words || 'working'} (${seconds(Date.now() - started)})`);
  const timer = setInterval(beat, rewrite ? 1_000 : HEARTBEAT_MS);
  timer.unref();
  say('...');
  return {
    progress(next) {
      words = next;
      say(next);
    },
    end(text) {
      clearInterval(timer);
      say(text);
      if (rewrite) out.write('\n');
    },
  };
}
