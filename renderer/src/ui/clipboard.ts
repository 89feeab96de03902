/** Puts text on the clipboard; false where the system refused. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (thrown) {
    reportError(thrown);
    return false;
  }
}
