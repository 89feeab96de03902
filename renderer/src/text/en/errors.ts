import type { ErrorKind } from '@shared/domain/errors';

/** One text per kind: what happened, and what to do. A kind without a text does not compile. */
export const errors = {
  kinds: {
    invalid_input: { what: 'This input is not valid.', todo: 'Check the marked field and try again.' },
    not_found: {
      what: 'This no longer exists.',
      todo: 'It was removed or changed elsewhere. Go back and choose again.',
    },
    conflict: {
      what: 'This changed in the meantime.',
      todo: 'Look at the current version and repeat the change if it is still needed.',
    },
    not_allowed: { what: 'This is not allowed here.', todo: 'The reason is in the details.' },
    cancelled: { what: 'Cancelled.', todo: 'Nothing was changed. It can be started again at any time.' },
    approval_missing: {
      what: 'Nothing was sent: a person has to approve it first.',
      todo: 'Press the send or schedule button yourself.',
    },
    approval_expired: {
      what: 'The approval has expired, so nothing was sent.',
      todo: 'Read the text once more and send it again.',
    },
    approval_mismatch: {
      what: 'The text changed after it was approved, so nothing was sent.',
      todo: 'Read the current text and send it again.',
    },
    offline: {
      what: 'There is no connection.',
      todo: 'The action waits in the outbox and runs when the connection is back.',
    },
    ambiguous: {
      what: 'It is not known whether the network accepted this.',
      todo: 'Look at the account’s page, then choose “It is there” or “It is not there, send again” in the outbox.',
    },
    rate_limited: {
      what: 'The network asks to slow down.',
      todo: 'It is tried again automatically at the time the network named.',
    },
    quota_exhausted: {
      what: 'The quota of this account on the network is used up.',
      todo: 'Wait until it renews, or use another account.',
    },
    auth_expired: {
      what: 'The sign-in of this account has expired.',
      todo: 'Reconnect the account in Settings, Accounts.',
    },
    auth_revoked: {
      what: 'The network no longer accepts this sign-in.',
      todo: 'Check the user name and app password, then connect again.',
    },
    permission: {
      what: 'The account has no permission for this.',
      todo: 'Give the permission on the network, then reconnect the account.',
    },
    policy_blocked: {
      what: 'The network refused this under its rules.',
      todo: 'Change the text or the media, then try again.',
    },
    validation: {
      what: 'The network refused the content.',
      todo: 'Correct what the details name, then try again.',
    },
    media_rejected: { what: 'The network refused an image.', todo: 'Use another file or a smaller one.' },
    media_pending: {
      what: 'The network is still processing the media.',
      todo: 'It is checked again automatically.',
    },
    duplicate: {
      what: 'The network already has exactly this.',
      todo: 'Nothing to do, or change the text to publish it again.',
    },
    gone: {
      what: 'What this answers no longer exists on the network.',
      todo: 'Discard the action, or send the text as a new post.',
    },
    server: {
      what: 'The network has a problem of its own.',
      todo: 'It is tried again automatically. If it lasts, look at the network’s status page.',
    },
    unsupported: { what: 'This network cannot do that.', todo: 'Use another way on this network.' },
    protocol: {
      what: 'The network answered in an unexpected form.',
      todo: 'Try again. If it stays, copy the details and report them.',
    },
    ai_off: { what: 'AI is stopped.', todo: 'Switch AI on again at the bottom of the left rail.' },
    ai_no_provider: {
      what: 'No AI provider is set up.',
      todo: 'Add one in Settings, AI providers. Saved replies work without one.',
    },
    ai_no_key: { what: 'The AI provider needs a key.', todo: 'Enter its key in Settings, AI providers.' },
    ai_wrong_key: {
      what: 'The AI provider refused the key.',
      todo: 'Check the key in Settings, AI providers.',
    },
    ai_no_model: {
      what: 'The AI provider does not have this model.',
      todo: 'Choose a model from its list in Settings, AI providers.',
    },
    ai_quota: {
      what: 'The quota at the AI provider is used up.',
      todo: 'Add credit there, or choose another provider.',
    },
    ai_rate_limited: { what: 'The AI provider asks to slow down.', todo: 'Wait a moment and try again.' },
    ai_context_too_long: {
      what: 'The conversation is too long for this model.',
      todo: 'Choose a model with a larger context, or write the reply yourself.',
    },
    ai_refused: {
      what: 'The model refused to answer.',
      todo: 'Write the reply yourself, or try another model.',
    },
    ai_offline: {
      what: 'The AI provider cannot be reached.',
      todo: 'Check the connection, or whether the local server is running.',
    },
    ai_timeout: {
      what: 'The AI provider did not answer in time.',
      todo: 'Try again, or choose a faster model.',
    },
    ai_malformed: {
      what: 'The model gave an answer in an unusable form.',
      todo: 'Ask again, or choose another model.',
    },
    secret_store: {
      what: 'The operating system’s store for secrets is not available.',
      todo: 'Unlock the keyring, or agree to plain-text storage when asked.',
    },
    disk_full: { what: 'The disk is full.', todo: 'Free some space. What was typed is still here.' },
    database: {
      what: 'The local database reported an error.',
      todo: 'Restart Candor. If it stays, restore a backup in Settings, Backups.',
    },
    log_broken: {
      what: 'The transparency log does not verify, so AI is paused.',
      todo: 'Open Transparency to see where it breaks. Everything else works.',
    },
    internal: {
      what: 'Something went wrong inside Candor.',
      todo: 'Try again. If it stays, copy the details and report them.',
    },
  } satisfies Record<ErrorKind, { readonly what: string; readonly todo: string }>,
  /** Why a network's rules forbid it, where that is known beforehand. */
  rules: {
    not_called: {
      what: 'X lets apps answer only those who mention or quote the account.',
      todo: 'Answer on X itself, or choose a message that names the account.',
    },
    window_closed: {
      what: 'The network’s time for this answer is over.',
      todo: 'It can be given on the network itself, or when the person writes again.',
    },
    no_human_agent: {
      what: 'Meta refused an answer later than 24 hours: the app of this sign-in lacks the feature Human Agent, or the time is over.',
      todo: 'Have the feature approved by Meta, or switch it off under Settings, Fetching and cost. The answer can be given on the network itself.',
    },
  },
  retryAt: 'Next try at {time}.',
  details: 'Details',
  copyDetails: 'Copy details',
  copied: 'Copied',
  tryAgain: 'Try again',
};
