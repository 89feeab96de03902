import type { Guide } from './guide';

export const telegramGuide: Guide = {
  console: { name: 'Telegram, BotFather', url: 'https://t.me/BotFather' },
  steps: [
    'Open the chat with BotFather in Telegram, send /newbot, and choose a name and a user name that ends in “bot”.',
    'Copy the token that BotFather answers with. It looks like 123456789:AA… and does not expire. Whoever has it can act as the bot.',
    'To publish: open the channel or group in Telegram and add the bot as an administrator with the right to post messages. With the right to delete messages, comments can be removed too.',
    'To receive comments on channel posts: add the bot to the channel’s discussion group, as an administrator. An ordinary member gets only what speaks to it, unless privacy mode is switched off with BotFather’s /setprivacy.',
    'Enter the token, and the channel or group as @name, link or number. Without one, the bot only receives and answers private messages and groups.',
    'For the messages of a Telegram Business account: in that account’s settings, Telegram Business, Chatbots, connect the bot and allow it to reply and to read messages. Candor notices the connection by itself.',
    'Only for a Bot API server of your own: enter its address as the server.',
  ],
  limits: [
    'A text has at most 4,096 characters, a text below photos or videos at most 1,024. A post has up to 10 photos and videos of 10 and 50 MB. There is no alt text.',
    'Only one program may read the messages of a bot. If another one does, or a webhook is set, Candor says so and receives nothing: use a bot of its own. Of several accounts with the same bot, the one connected first receives the messages.',
    'Telegram keeps messages for a bot for 24 hours. What arrives while Candor is closed for longer is lost; Candor shows the gap. Nothing from before the bot was added can be fetched.',
    'A bot cannot write to a person first, and not to one who has blocked it. Messages older than 48 hours cannot be deleted by a bot.',
    'Photos and files that people send are named in the inbox but not shown: Telegram gives them to bots only under addresses that contain the token.',
    'Telegram cannot tell whether a message has arrived when the connection breaks while sending. Candor then asks instead of sending again. About 20 messages a minute in one group and 30 a second in all are allowed; there are no view counts and there is no price.',
  ],
};
