import type { Capabilities } from './network';

/** Whether `text` names this person the way Mastodon reads it: `@ana@far.example`, or `@ana` on the same server. */
export const namesPerson = (text: string, handle: string): boolean =>
  text
    .toLowerCase()
    .split(/[\s,;:!?()]+/)
    .some((word) => word.replace(/\.+$/, '') === `@${handle.toLowerCase()}`);

/**
 * The answer as it will go out: where a network reaches a person only by naming them in the text, the name is put in
 * front of a text that lacks it. Used before approval, so that the name is part of the bytes a person approves.
 */
export const namedAnswer = (text: string, handle: string, capabilities: Capabilities): string =>
  capabilities.answersNamePerson !== true || namesPerson(text, handle) ? text : `@${handle} ${text}`;
