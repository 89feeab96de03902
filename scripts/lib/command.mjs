/** The frame of every command: errors that a person can act on are printed as such. */
import { interrupt, Interrupted, SetupError } from './process.mjs';

export async function command(main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt(signal));
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? 130 : 1;
    if (error instanceof Interrupted) return;
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\nWhat to do: ${error.whatToDo}\n`);
  }
}
