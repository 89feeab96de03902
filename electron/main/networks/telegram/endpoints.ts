/** Every host that Telegram support talks to or links to. A person may name a Bot API server of their own. */
export type TelegramEndpoints = {
  readonly api: string;
  /** Where posts of public channels are shown. */
  readonly web: string;
};

export const telegramEndpoints: TelegramEndpoints = {
  api: 'https://api.telegram.org',
  web: 'https://t.me',
};
