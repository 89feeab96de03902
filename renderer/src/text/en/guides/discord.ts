import type { Guide } from './guide';

export const discordGuide: Guide = {
  console: { name: 'Discord Developer Portal', url: 'https://discord.com/developers/applications' },
  steps: [
    'To publish only, a webhook is enough: in Discord open the settings of the channel, Integrations, Webhooks, create one and copy its address. Choose the method “Webhook” in Candor and stop here.',
    'To read and answer as well, make a bot: New Application in the Developer Portal, then Bot. No redirect address is needed.',
    'On the page Bot switch on Message Content Intent. Without it Discord hides the words of messages that do not mention the bot.',
    'On the page Bot choose Reset Token and copy the token: it is shown only once. Whoever has it can act as the bot.',
    'On the page OAuth2, URL Generator, tick “bot” and the permissions View Channels, Send Messages, Send Messages in Threads, Attach Files, Read Message History, Add Reactions and, to remove messages of others, Manage Messages. Open the address and add the bot to the server.',
    'In Discord switch on Developer Mode (Settings, Advanced), then copy the link or the id of the channel by a right click on it.',
    'Enter the token and the channel in Candor. Several channels, set apart by commas, become several accounts.',
  ],
  limits: [
    'A message has at most 2,000 characters and 10 files of up to 10 MB each; every file can have alt text of up to 1,024 characters.',
    'Unless the post says otherwise, names in a text (@name, @everyone) notify nobody. An answer notifies the person who is answered.',
    'Personal accounts cannot be connected: Discord forbids programs that use them. Messages of a bot carry the sign APP.',
    'Candor keeps a live connection to Discord, over which it hears at once of new messages, edits and deletions; it needs no further switch in the portal. While it is open Discord shows the bot as online. It can be switched off under Settings, Fetching and cost.',
    'Direct messages: somebody to whom the bot never wrote is known from the first message that comes in while the live connection is open; what they wrote in the 30 days before comes in with it. Messages of such people while Candor is closed show once they write again: Discord has no list of them. A person can refuse direct messages of bots, and needs a server in common with the bot.',
    'With several channels of one bot, direct messages of people who are new go to the account that was connected first. The newest 50 direct conversations are read.',
    'Without the live connection (switched off, or behind a proxy) Candor asks for new messages once a minute, direct messages come in only from people already known, and edits and deletions are followed in the newest 100 messages of a channel. Messages of other bots and webhooks are left out.',
    'Discord counts reactions, but not how often a message was seen. There is no price.',
  ],
};
