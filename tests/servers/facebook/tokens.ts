/** Who holds which token, and what Meta tells about it. */
import { randomUUID } from 'node:crypto';
import { pageOf, parseFields, reply, selectFields, type GraphNode } from '../graph/fields';
import { graphError, ok, type GraphReply, type GraphRoute } from '../graph/kit';
import { PAGE, SECOND_PAGE } from './store';

export const SCOPES = [
  'pages_show_list',
  'pages_manage_posts',
  'pages_read_engagement',
  'pages_read_user_content',
  'pages_manage_engagement',
  'pages_manage_metadata',
  'pages_messaging',
  'read_insights',
  'business_management',
];
export const APP = { id: '4242424242', secret: 'appsecret0123456789abcdef0123456' };

type Token = {
  readonly kind: 'user' | 'page' | 'system';
  readonly page: string;
  readonly scopes: readonly string[];
  trouble?: 463 | 460;
};

export function createTokens() {
  const tokens = new Map<string, Token>();
  const pageTokens = new Map<string, string>();
  const owned = new Set([PAGE, SECOND_PAGE]);
  const state = {
    declined: [] as readonly string[],
    /** The Pages that the person ticked; absent: all. */
    chosen: undefined as readonly string[] | undefined,
    expiresAt: 0,
    renewed: 0,
  };

  const issue = (token: Token): string => {
    const value = `EAA${randomUUID().replaceAll('-', '')}`;
    tokens.set(value, token);
    return value;
  };
  const userToken = (kind: 'user' | 'system', scopes: readonly string[] = SCOPES) =>
    issue({ kind, page: '', scopes });
  /** A Page's token stays the same until it is taken back or runs out. */
  const pageToken = (page: string, scopes: readonly string[] = SCOPES): string => {
    const current = pageTokens.get(page);
    if (current !== undefined && tokens.get(current)?.trouble === undefined) return current;
    if (current !== undefined) state.renewed += 1;
    const fresh = issue({ kind: 'page', page, scopes });
    pageTokens.set(page, fresh);
    return fresh;
  };
  const granted = (scopes: readonly string[]) => scopes.filter((scope) => !state.declined.includes(scope));

  return {
    state,
    owned,
    userToken,
    pageToken,
    granted,
    get: (value: string) => tokens.get(value),
    all: () => [...tokens.keys()],
    /** The token that a holder of `token` is given for a Page. */
    forPage: (page: string, token: string): string | undefined => {
      const by = tokens.get(token);
      return by && (by.kind === 'page' ? token : pageToken(page, by.scopes));
    },
    spoil: (trouble: 463 | 460, which: 'pages' | 'all'): void => {
      for (const [value, token] of tokens)
        if (which === 'all' || [...pageTokens.values()].includes(value)) token.trouble = trouble;
    },
  };
}
export type Tokens = ReturnType<typeof createTokens>;

export function tokenRoutes(
  tokens: Tokens,
  pageNode: (id: string, token: string) => GraphNode,
  userNode: GraphNode,
): readonly GraphRoute[] {
  const debug = (inspector: string, input: string): GraphReply => {
    const isApp = inspector === `${APP.id}|${APP.secret}`;
    if (!isApp && tokens.get(inspector)?.kind !== 'system')
      return graphError(
        100,
        '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app',
      );
    const found = tokens.get(input);
    if (!found) return ok({ data: { is_valid: false, error: { code: 190 }, scopes: [] } });
    const scopes = tokens.granted(found.scopes);
    return ok({
      data: {
        app_id: APP.id,
        type: found.kind.toUpperCase(),
        is_valid: found.trouble === undefined,
        scopes,
        granular_scopes: scopes.map((scope) => ({
          scope,
          target_ids: tokens.state.chosen ?? [...tokens.owned],
        })),
        expires_at: tokens.state.expiresAt,
        data_access_expires_at: 0,
      },
    });
  };
  const grants = () =>
    SCOPES.map((permission) => ({
      permission,
      status: tokens.state.declined.includes(permission) ? 'declined' : 'granted',
    }));
  const noSuchField = (field: string) =>
    graphError(100, `(#100) Tried accessing nonexisting field (${field}) on node type (Page)`);

  return [
    {
      match: /^GET \/debug_token$/,
      open: true,
      params: ['input_token'],
      run: ({ token, fields }) => debug(token, fields.input_token ?? ''),
    },
    {
      match: /^GET \/me$/,
      run: ({ token, fields }) => {
        const who = tokens.get(token);
        const asked = parseFields(fields.fields ?? 'id,name');
        return reply(
          who?.kind === 'page'
            ? selectFields('Page', pageNode(who.page, token), asked)
            : selectFields('User', userNode, asked),
        );
      },
    },
    {
      match: /^GET \/me\/permissions$/,
      run: ({ token }) =>
        tokens.get(token)?.kind === 'user' ? ok({ data: grants() }) : noSuchField('permissions'),
    },
    {
      match: /^GET \/me\/accounts$/,
      run: ({ token, fields }) => {
        if (tokens.get(token)?.kind === 'page') return noSuchField('accounts');
        const asked = parseFields(fields.fields ?? 'id,name,access_token');
        const show = (id: string) => selectFields('Page', pageNode(id, token), asked);
        return reply(pageOf([...tokens.owned], fields, (id) => id, show));
      },
    },
  ];
}
