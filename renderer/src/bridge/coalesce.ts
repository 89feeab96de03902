import { getCurrentScope, onScopeDispose } from 'vue';

/** The shortest pause between two fetches of the same thing: a first sync sends events by the hundred. */
const PAUSE_MS = 120;

/**
 * A function that runs `work` at once, and once more when it was asked for again meanwhile: a burst of events
 * costs two fetches, a steady stream of them one per pause. It ends with the store or component that made it.
 */
export function coalesce(work: () => Promise<void>): () => void {
  let busy = false;
  let again = false;
  let over = false;
  let pause: ReturnType<typeof setTimeout> | undefined;
  if (getCurrentScope()) {
    onScopeDispose(() => {
      over = true;
      clearTimeout(pause);
    });
  }

  function finish(): void {
    busy = false;
    if (!again) return;
    again = false;
    run();
  }
  function run(): void {
    if (over) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    void work()
      .catch((thrown: unknown) => {
        if (!over) reportError(thrown);
      })
      .then(() => {
        if (!over) pause = setTimeout(finish, PAUSE_MS);
      });
  }
  return run;
}
