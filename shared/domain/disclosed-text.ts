import type { Disclosure } from './content';
import type { Capabilities } from './network';

/** The line that declares AI's part in the text itself; empty where nothing is declared there. */
export const disclosureLine = (disclosure: Disclosure): string =>
  disclosure.decision === 'text' && disclosure.text ? `\n\n${disclosure.text}` : '';

/** The text as it leaves: what was approved, with the declaration under it. Count lengths with this. */
export const disclosedText = (text: string, disclosure: Disclosure): string =>
  text + disclosureLine(disclosure);

/** The approved text inside a text that leaves; undefined when the declaration is missing from it. */
export function withoutDisclosure(sent: string, disclosure: Disclosure): string | undefined {
  const line = disclosureLine(disclosure);
  if (!sent.endsWith(line)) return undefined;
  return sent.slice(0, sent.length - line.length);
}

/**
 * What is declared to one network: its own sign where it has one, else the line in the text, so that a declaration
 * is never lost on the way to a network that knows no such sign.
 */
export const disclosureOn = (disclosure: Disclosure, { disclosure: can }: Capabilities): Disclosure =>
  disclosure.decision === 'flag' && can.ai === 'text-only'
    ? { ...disclosure, decision: disclosure.text ? 'text' : 'none' }
    : disclosure;
