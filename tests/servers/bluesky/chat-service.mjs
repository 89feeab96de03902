/**
 * A stand-in for Bluesky's chat service, behind the real PDS: it has a did:web, the PDS finds it by that and
 * calls it with a service token that names the account. Speaks the part of chat.bsky.convo.* that a client of
 * direct messages needs, with the shapes of the lexicons.
 */
import { createServer } from 'node:http';

const SERVICE_ID = '#bsky_chat';

export async function startChatService() {
  const convos = createConversations();
  let did = '';
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const send = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/did.json') return send(200, didDocument(did, server.address().port));
    void readJson(request).then((input) => {
      const { status, body } = convos.call(
        url.pathname.replace('/xrpc/', ''),
        url.searchParams,
        input,
        callerOf(request),
      );
      send(status, body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  did = `did:web:localhost%3A${server.address().port}`;
  return { did };
}

const didDocument = (did, port) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  service: [{ id: SERVICE_ID, type: 'BskyChatService', serviceEndpoint: `http://localhost:${port}` }],
});

async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {};
}

/** The account for which the PDS calls, from the service token. */
function callerOf(request) {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const claims = token.split('.')[1];
  return claims ? JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')).iss : null;
}

const MAX_GRAPHEMES = 1000;
const failure = (error, message, status = 400) => ({ status, body: { error, message } });
const success = (body) => ({ status: 200, body });

/** Conversations in memory. `call` answers one XRPC method for the account `caller`. */
export function createConversations() {
  const convos = new Map();
  const log = [];
  let counter = 0;
  const nextRev = () => `22222${String((counter += 1)).padStart(8, '0')}`;

  const view = (convo, caller) => ({
    id: convo.id,
    rev: convo.rev,
    members: convo.members.map((did) => ({ did, handle: `${did.slice(-8)}.test` })),
    ...(convo.messages.length > 0 && { lastMessage: typed(convo.messages.at(-1)) }),
    muted: false,
    status: 'accepted',
    unreadCount: convo.messages.filter(
      (m) => m.sender?.did !== caller && m.rev > (convo.readBy[caller] ?? ''),
    ).length,
  });
  const typed = (message) => ({
    $type: `chat.bsky.convo.defs#${message.deleted ? 'deletedMessageView' : 'messageView'}`,
    ...message,
  });
  const record = (kind, convo, message) => {
    convo.rev = message?.rev ?? nextRev();
    log.push({
      members: convo.members,
      entry: {
        $type: `chat.bsky.convo.defs#${kind}`,
        rev: convo.rev,
        convoId: convo.id,
        ...(message && { message: typed(message) }),
      },
    });
  };
  const between = (members) => {
    const key = [...members].sort().join(' ');
    const found = [...convos.values()].find((convo) => convo.key === key);
    if (found) return found;
    const convo = {
      id: `convo${convos.size + 1}`,
      key,
      members: [...members],
      messages: [],
      rev: nextRev(),
      readBy: {},
    };
    convos.set(convo.id, convo);
    record('logBeginConvo', convo);
    return convo;
  };
  const send = (convo, caller, { text }) => {
    const rev = nextRev();
    const message = {
      id: `message${rev}`,
      rev,
      text,
      sender: { did: caller },
      sentAt: new Date().toISOString(),
    };
    convo.messages.push(message);
    record('logCreateMessage', convo, message);
    return message;
  };

  const methods = {
    'chat.bsky.convo.getConvoForMembers': (query, _input, caller) =>
      success({ convo: view(between(new Set([...query.getAll('members'), caller])), caller) }),
    'chat.bsky.convo.listConvos': (query, _input, caller) => {
      const mine = [...convos.values()].filter((convo) => convo.members.includes(caller));
      mine.sort((a, b) => (a.rev < b.rev ? 1 : -1));
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 50);
      const page = mine.slice(from, from + limit);
      return success({
        convos: page.map((convo) => view(convo, caller)),
        ...(from + limit < mine.length && { cursor: String(from + limit) }),
      });
    },
    'chat.bsky.convo.getLog': (query, _input, caller) => {
      const after = query.get('cursor') ?? '';
      const logs = log
        .filter(({ members, entry }) => members.includes(caller) && entry.rev > after)
        .slice(0, 100);
      return success({ logs: logs.map(({ entry }) => entry), cursor: logs.at(-1)?.entry.rev ?? after });
    },
  };
  const inConvo = {
    'chat.bsky.convo.getConvo': (convo, _query, _input, caller) => success({ convo: view(convo, caller) }),
    'chat.bsky.convo.getMessages': (convo, query) => {
      const before = query.get('cursor');
      const limit = Number(query.get('limit') ?? 50);
      const older = convo.messages.filter((message) => !before || message.rev < before).reverse();
      const page = older.slice(0, limit);
      return success({ messages: page.map(typed), ...(older.length > limit && { cursor: page.at(-1).rev }) });
    },
    'chat.bsky.convo.sendMessage': (convo, _query, { message }, caller) => {
      const graphemes = [...new Intl.Segmenter().segment(message.text)].length;
      if (graphemes > MAX_GRAPHEMES)
        return failure(
          'InvalidRequest',
          `Input/message/text must not be longer than ${MAX_GRAPHEMES} graphemes`,
        );
      return success(send(convo, caller, message));
    },
    'chat.bsky.convo.updateRead': (convo, _query, _input, caller) => {
      convo.readBy[caller] = convo.rev;
      return success({ convo: view(convo, caller) });
    },
    'chat.bsky.convo.deleteMessageForSelf': (convo, _query, { messageId }) => {
      const index = convo.messages.findIndex(({ id }) => id === messageId);
      if (index < 0) return failure('MessageDeleteNotAllowed', 'Message not found');
      const { id, sender, sentAt } = convo.messages[index];
      const deleted = { id, rev: nextRev(), sender, sentAt, deleted: true };
      convo.messages[index] = deleted;
      record('logDeleteMessage', convo, deleted);
      return success(typed(deleted));
    },
  };

  return {
    /** For tests that need a message from the other side without a request. */
    receive: (from, to, text) => send(between([from, to]), from, { text }),
    call: (method, query, input, caller) => {
      if (!caller) return failure('AuthMissing', 'Authentication Required', 401);
      if (methods[method]) return methods[method](query, input, caller);
      if (!inConvo[method]) return failure('MethodNotImplemented', 'Method Not Implemented', 501);
      const convo = convos.get(query.get('convoId') ?? input.convoId);
      if (!convo?.members.includes(caller)) return failure('InvalidConvo', 'Convo not found');
      return inConvo[method](convo, query, input, caller);
    },
  };
}
