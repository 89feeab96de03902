/**
 * What stands for a file that only its network can open (`Network.openFile`), because every address of it passes soon or
 * carries a secret. What follows the scheme is the network's own, without spaces or signs beyond ASCII.
 */
const SCHEME = 'network:';

export const fileAddress = (file: string): string => `${SCHEME}${file}`;

/** What the address was made of; undefined for one that anybody can open. */
export const fileOf = (address: string): string | undefined =>
  address.startsWith(SCHEME) ? address.slice(SCHEME.length) : undefined;
