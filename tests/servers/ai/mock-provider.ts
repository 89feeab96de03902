import { LLMock } from '@copilotkit/aimock';
import { answers } from './attacks';

export type ChatBody = {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type: string };
  readonly [key: string]: unknown;
};
export type SeenRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ChatBody;
};

/** aimock as a provider: answers what the test says and keeps a journal of every request. */
export type MockProvider = {
  readonly baseUrl: string;
  readonly mock: LLMock;
  readonly answer: (
    content: string,
    options?: Parameters<LLMock['on']>[2] & { readonly model?: string; readonly finishReason?: string },
  ) => void;
  /** Answers with the object that drafting tasks ask for. */
  readonly draft: (text: string, assumes?: string | null) => void;
  readonly fail: (
    status: number,
    error: { readonly message: string; readonly type?: string; readonly code?: string },
    retryAfter?: number,
  ) => void;
  /** Malicious mode: answers with the attack of this number, from the first again after the last. */
  readonly attack: (number: number) => void;
  /** Chat completions that arrived. */
  readonly chats: () => readonly SeenRequest[];
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
};

export const KEY = 'sk-test-5ECRET-5ECRET-5ECRET';

export async function startMockProvider(
  options: { readonly apiKeys?: readonly string[] } = {},
): Promise<MockProvider> {
  const mock = new LLMock({
    port: 0,
    host: '127.0.0.1',
    logLevel: 'silent',
    ...(options.apiKeys && { auth: { apiKeys: options.apiKeys } }),
  });
  await mock.start();
  const answer: MockProvider['answer'] = (content, { model, finishReason, ...rest } = {}) => {
    mock.clearFixtures();
    mock.on(
      { endpoint: 'chat' },
      { content, ...(model && { model }), ...(finishReason && { finishReason }) },
      rest,
    );
  };
  return {
    baseUrl: `${mock.url}/v1`,
    mock,
    answer,
    draft: (text, assumes = null) => answer(JSON.stringify({ text, assumes })),
    fail: (status, error, retryAfter) => {
      mock.clearFixtures();
      mock.on({ endpoint: 'chat' }, { status, error, ...(retryAfter !== undefined && { retryAfter }) });
    },
    attack: (number) => answer(answers[number % answers.length] ?? ''),
    chats: () =>
      mock
        .getRequests()
        .filter(({ path }) => path.endsWith('/chat/completions'))
        .map(({ path, headers, body }) => ({ path, headers, body: body as unknown as ChatBody })),
    reset: () => {
      mock.reset();
      mock.clearChaos();
    },
    stop: () => mock.stop(),
  };
}
