/** The frame of every command: errors that a person can act on are printed as such. */
import { endChildren, SetupError } from './process.mjs';

export async function command(main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      endChildren();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\nWhat to do: ${error.whatToDo}\n`);
  }
}
