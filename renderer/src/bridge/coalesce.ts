/**
 * A function that runs `work` at once, and once more when it was asked for again meanwhile: a burst of events
 * costs at most two fetches.
 */
export function coalesce(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } catch (thrown) {
      reportError(thrown);
    } finally {
      running = false;
    }
  };
  return () => void run();
}
