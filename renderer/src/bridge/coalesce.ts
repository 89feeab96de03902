/** The shortest pause between two fetches of the same thing: a first sync sends events by the hundred. */
const PAUSE_MS = 120;

/**
 * A function that runs `work` at once, and once more when it was asked for again meanwhile: a burst of events
 * costs two fetches, a steady stream of them one per pause.
 */
export function coalesce(work: () => Promise<void>): () => void {
  let busy = false;
  let again = false;

  function finish(): void {
    busy = false;
    if (!again) return;
    again = false;
    run();
  }
  function run(): void {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    void work()
      .catch((thrown: unknown) => reportError(thrown))
      .then(() => setTimeout(finish, PAUSE_MS));
  }
  return run;
}
