/** LinkedIn's names for things, and the way Rest.li 2.0 wants them written into addresses. */

const COMMENT = /^urn:li:comment:\((.+),([^,()]+)\)$/;

export const personUrn = (id: string): string => `urn:li:person:${id}`;
export const organizationUrn = (id: string): string => `urn:li:organization:${id}`;
export const isOrganization = (urn: string): boolean => urn.startsWith('urn:li:organization:');
export const idOf = (urn: string): string => urn.slice(urn.lastIndexOf(':') + 1);

/** The thread and the id inside the name of a comment; undefined for any other name. */
export function commentParts(urn: string): { readonly thread: string; readonly id: string } | undefined {
  const [, thread, id] = COMMENT.exec(urn) ?? [];
  if (thread === undefined || id === undefined) return undefined;
  // Old names leave out the namespace inside.
  return { thread: thread.startsWith('urn:') ? thread : `urn:li:${thread}`, id };
}

export const commentUrn = (thread: string, id: string): string => `urn:li:comment:(${thread},${id})`;

/** Percent-encoding that leaves nothing which Rest.li would read as its own syntax. */
export const encoded = (value: string): string =>
  encodeURIComponent(value).replace(
    /[()'*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** `List(a,b)`: the parentheses and commas are syntax and stay as they are. */
export const list = (values: readonly string[]): string => `List(${values.map(encoded).join(',')})`;
/** `(actor:a,entity:b)`: a key made of several. */
export const complexKey = (parts: Readonly<Record<string, string>>): string =>
  `(${Object.entries(parts)
    .map(([name, value]) => `${name}:${encoded(value)}`)
    .join(',')})`;
