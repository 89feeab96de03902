/** Messenger for a Page: conversations, the windows of 24 hours and 7 days, private replies. */
import { pageOf, parseFields, reply, selectFields } from '../graph/fields';
import { graphError, missing, ok, type GraphReply, type GraphRoute } from '../graph/kit';
import type { Nodes } from './nodes';
import { PAGE, type Store } from './store';

const DAY_MS = 24 * 60 * 60_000;
type Sent = {
  readonly recipient?: { readonly id?: string; readonly comment_id?: string };
  readonly message?: { readonly text?: string };
  readonly messaging_type?: string;
  readonly tag?: string;
  readonly sender_action?: string;
};

export function messagingRoutes(store: Store, nodes: Nodes, now: () => number): readonly GraphRoute[] {
  const scopes = ['pages_messaging'];
  const isClosed = (person: string, days: number): boolean => {
    const last = store.conversation(person).find(({ by }) => by !== PAGE)?.at ?? 0;
    return now() - last > days * DAY_MS;
  };
  const closed = graphError(10, '(#10) This message is sent outside of allowed window.', {
    subcode: 2_018_278,
  });
  const long = graphError(100, '(#100) Length of param message[text] must be less than or equal to 2000');

  const privately = (id: string, text: string): GraphReply => {
    const comment = store.comment(id);
    if (!comment || comment.by === PAGE) return missing;
    if (now() - comment.at > 7 * DAY_MS) return closed;
    if (comment.privateReply !== undefined) return graphError(10_900, '(#10900) Activity already replied to');
    const sent = store.addMessage({ by: PAGE, person: comment.by, text });
    comment.privateReply = sent.id;
    return ok({ recipient_id: comment.by, message_id: sent.id });
  };

  /** Later than a day only as a human agent, which the app must have been granted. */
  const refusedKind = (person: string, { messaging_type: type, tag }: Sent): GraphReply | undefined => {
    if (type === 'RESPONSE') {
      if (tag !== undefined) return graphError(100, '(#100) A tag needs messaging_type MESSAGE_TAG');
      return isClosed(person, 1) ? closed : undefined;
    }
    if (type !== 'MESSAGE_TAG') return graphError(100, '(#100) messaging_type is required');
    if (tag !== 'HUMAN_AGENT') return graphError(100, '(#100) Invalid parameter', { subcode: 1_893_061 });
    return isClosed(person, 7) || !store.app.humanAgent ? closed : undefined;
  };

  const send = (sent: Sent): GraphReply => {
    const { recipient, message, sender_action } = sent;
    const person = recipient?.id;
    if (recipient?.comment_id !== undefined)
      return (message?.text ?? '').length > 2000
        ? long
        : privately(recipient.comment_id, message?.text ?? '');
    if (person === undefined || store.conversation(person).length === 0)
      return graphError(100, '(#100) No matching user found', { subcode: 2_018_001 });
    if (sender_action !== undefined) {
      if (isClosed(person, 1)) return closed;
      if (sender_action !== 'mark_seen' || message) return graphError(100, '(#100) Invalid sender action');
      store.unread.delete(person);
      return ok({ recipient_id: person });
    }
    const refused = refusedKind(person, sent);
    if (refused) return refused;
    const text = message?.text ?? '';
    if (text === '') return graphError(100, '(#100) Empty message');
    if (text.length > 2000) return long;
    return ok({ recipient_id: person, message_id: store.addMessage({ by: PAGE, person, text }).id });
  };

  return [
    {
      match: new RegExp(`^POST /${PAGE}/messages$`),
      params: ['recipient', 'message', 'messaging_type', 'tag', 'sender_action'],
      scopes,
      visible: true,
      run: ({ json }) =>
        json === undefined ? graphError(100, '(#100) recipient is required') : send(json as Sent),
    },
    {
      match: new RegExp(`^GET /${PAGE}/conversations$`),
      params: ['platform', 'user_id'],
      scopes,
      run: ({ fields }) => {
        if (fields.platform !== 'messenger') return graphError(100, '(#100) Param platform is required');
        const people = [...new Set([...store.messages.values()].map(({ person }) => person))]
          .filter((person) => fields.user_id === undefined || person === fields.user_id)
          .filter((person) => store.conversation(person).length > 0)
          .sort((a, b) => (store.conversation(b)[0]?.at ?? 0) - (store.conversation(a)[0]?.at ?? 0));
        const asked = parseFields(fields.fields ?? '');
        return reply(
          pageOf(
            people,
            fields,
            (one) => one,
            (one) => selectFields('UnifiedThread', nodes.conversation(one), asked),
          ),
        );
      },
    },
    {
      match: /^GET \/t_(\w+)\/messages$/,
      scopes,
      run: ({ fields }, person = '') => {
        const from = fields.after === undefined ? 0 : Buffer.from(fields.after, 'base64url').toString('utf8');
        const place = store.conversation(person).findIndex(({ id }) => id === from) + 1;
        if (place >= store.limits.messages) return graphError(100, '(#100) The message cannot be queried');
        return reply(nodes.listMessages(person, fields, parseFields(fields.fields ?? '')));
      },
    },
  ];
}
