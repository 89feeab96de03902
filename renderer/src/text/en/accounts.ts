import type { NetworkId } from '@shared/domain/network';

export const accounts = {
  welcome: {
    title: 'Welcome to Candor',
    text: 'Every conversation, every planned post and every act of AI in one window. Everything is kept on this device.',
    practice: 'Try it with the practice network',
    practiceText:
      'Two invented brands with conversations, messages that arrive and answers to yours. Nothing leaves this device.',
    connect: 'Connect an account',
    connectText: 'Sign in to a network. Conversations are fetched at once and stay readable offline.',
    starting: 'Preparing the practice network',
    restore: 'Restore from a backup',
    promises:
      'Nothing is published without a person. What AI does is recorded and can be checked by anybody.',
  },
  connect: {
    title: 'Connect an account',
    reconnect: 'Reconnect {handle}',
    network: 'Network',
    method: 'Way to sign in',
    brand: 'Brand',
    brandHint: 'Groups accounts, for example by client.',
    submit: 'Connect',
    submitReconnect: 'Reconnect',
    connected: '{handle} is connected',
    optional: '{label} (optional)',
    help: {
      bluesky:
        'Use an app password, not the password of the account: bsky.app, Settings, Privacy and security, App passwords. Allow access to direct messages there if they should come into the inbox.',
      mastodon:
        'On your server: Preferences, Development, New application. Tick read, write:statuses, write:media, write:favourites and write:conversations, save, and copy “Your access token”. Direct messages on Mastodon are not encrypted: the servers involved can read them.',
      practice: 'The practice network runs on this device. No sign-in is needed.',
    } satisfies Record<NetworkId, string>,
    methods: {
      'app-password': 'App password',
      app_password: 'App password',
      'access-token': 'Access token',
      practice: 'Practice',
    },
    fields: {
      service: 'Server',
      serviceUrl: 'Server',
      pds: 'Server',
      identifier: 'Handle or e-mail',
      handle: 'Handle',
      password: 'App password',
      appPassword: 'App password',
      token: 'Access token',
      brand: 'Invented brand: northlight or fjordandfield',
    },
  },
  plainText: {
    title: 'There is no safe store for passwords',
    text: 'This system offers no keyring, so sign-ins and keys can only be kept as plain text in a file of this user account. Any program that runs as this user can read them.',
    better:
      'The safer way: install and unlock a keyring such as GNOME Keyring or KWallet, then start Candor again.',
    label: 'To agree, type: {words}',
    words: 'store as plain text',
    agree: 'Store as plain text',
    agreed: 'Sign-ins are now kept as plain text on this device.',
  },
};
