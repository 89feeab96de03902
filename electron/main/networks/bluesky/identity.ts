import { NetworkError } from '../errors';
import { request, type HttpDeps } from '../http';
import { xrpc } from './client';
import type { BlueskyEndpoints } from './endpoints';
import { didDocument, resolvedHandle } from './wire';

const invalid = (field: string, detail: string) =>
  new NetworkError({ kind: 'validation', field, detail }, 'no');

/** The address of a server as a person typed it, reduced to its origin. Plain http only on this machine. */
export function serviceOrigin(typed: string): string {
  const text = typed.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) throw invalid('service', 'not an address');
  const url = new URL(withScheme);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw invalid('service', 'an address must begin with https');
  if (url.username !== '' || url.password !== '')
    throw invalid('service', 'an address must not carry a password');
  return url.origin;
}

/** A handle, DID or e-mail address as the server wants it. */
export function normaliseIdentifier(typed: string, endpoints: BlueskyEndpoints): string {
  const text = typed.trim().replace(/^@(?!$)/, '');
  if (text === '') throw invalid('identifier', 'empty');
  if (text.includes('@') || text.startsWith('did:')) return text;
  const handle = text.toLowerCase();
  return handle.includes('.') ? handle : `${handle}.${endpoints.handleDomain}`;
}

/** The server where this person signs in, found by handle and DID. */
export async function findService(
  deps: HttpDeps,
  identifier: string,
  endpoints: BlueskyEndpoints,
): Promise<string> {
  // An e-mail address is known only to the server itself.
  if (identifier.includes('@')) return endpoints.entryway;
  const did = identifier.startsWith('did:') ? identifier : await resolveHandle(deps, identifier, endpoints);
  const service = pdsOf(await fetchDidDocument(deps, did, endpoints));
  if (service === undefined) throw invalid('identifier', 'the identity names no server');
  return new URL(service).hostname.endsWith(endpoints.entrywayServers)
    ? endpoints.entryway
    : serviceOrigin(service);
}

async function resolveHandle(deps: HttpDeps, handle: string, endpoints: BlueskyEndpoints): Promise<string> {
  try {
    const call = { nsid: 'com.atproto.identity.resolveHandle', effect: 'read', params: { handle } } as const;
    return (await xrpc(deps, { service: endpoints.handleResolver }, call, resolvedHandle)).did;
  } catch (error) {
    if (error instanceof NetworkError && ['validation', 'gone'].includes(error.kind))
      throw new NetworkError({ kind: 'not_found', field: 'identifier', detail: 'no such handle' }, 'no', {
        cause: error,
      });
    throw error;
  }
}

async function fetchDidDocument(deps: HttpDeps, did: string, endpoints: BlueskyEndpoints): Promise<unknown> {
  const url = didDocumentUrl(did, endpoints);
  const answer = await request(deps, {
    url,
    method: 'GET',
    effect: 'read',
    headers: { accept: 'application/json' },
  });
  if (answer.status === 404 || answer.status === 410)
    throw new NetworkError({ kind: 'not_found', field: 'identifier', detail: 'no such identity' }, 'no');
  if (answer.status !== 200)
    throw new NetworkError({ kind: 'server', detail: `identity: ${answer.status}` }, 'no');
  try {
    return JSON.parse(answer.text) as unknown;
  } catch (error) {
    throw new NetworkError({ kind: 'protocol', detail: 'identity: not JSON' }, 'no', { cause: error });
  }
}

function didDocumentUrl(did: string, endpoints: BlueskyEndpoints): string {
  if (did.startsWith('did:plc:')) return `${endpoints.plcDirectory}/${encodeURIComponent(did)}`;
  const host = /^did:web:([a-z0-9.-]+)$/i.exec(did)?.[1];
  if (host === undefined) throw invalid('identifier', 'this kind of identity is not known');
  return `https://${host}/.well-known/did.json`;
}

/** The personal data server in a DID document; undefined where there is none. */
export function pdsOf(document: unknown): string | undefined {
  const parsed = didDocument.safeParse(document);
  const entry = parsed.data?.service.find(({ id }) => id.endsWith('#atproto_pds'));
  return typeof entry?.serviceEndpoint === 'string' && URL.canParse(entry.serviceEndpoint)
    ? entry.serviceEndpoint
    : undefined;
}
