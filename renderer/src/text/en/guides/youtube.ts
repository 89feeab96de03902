import type { Guide } from './guide';

export const youtubeGuide: Guide = {
  console: { name: 'Google Cloud console', url: 'https://console.cloud.google.com/apis/dashboard' },
  steps: [
    'Create a project, open “APIs & Services”, and enable “YouTube Data API v3” in its library.',
    'Set up the consent screen: user type “External”, with the scopes youtube.force-ssl (comments and videos) and youtube.upload.',
    'Publish the app on the consent screen. While it is in “Testing”, Google ends every sign-in after 7 days.',
    'Under “Credentials”, create an OAuth client ID of the type “Desktop app”. No redirect address has to be entered for this type.',
    'Copy the client ID and the client secret into Candor, and sign in. Google’s page opens in the browser.',
    'Choose the account or the brand account of the channel, and tick every box on Google’s page. What is left empty is off in Candor.',
  ],
  limits: [
    'Every project has 10,000 units a day: reading costs 1, an answer, hiding or removing a comment costs 50. Uploads have a quota of their own, 100 a day. Both begin anew at midnight Pacific time.',
    'YouTube counts for the whole project, without telling how much is left. Candor counts what it has used itself since it was started.',
    'Videos uploaded by a project that YouTube has not audited stay private, whatever is chosen. The audit is applied for with YouTube’s “Audit and Quota Extension Form”.',
    'Only videos can be published: no texts, no images, no community posts. A title is needed.',
    'Comments cannot be liked by a program, and there are no direct messages.',
    'What others wrote is kept for about 30 days here, as YouTube’s rules for stored data ask.',
  ],
};
