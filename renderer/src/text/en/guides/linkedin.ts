import type { Guide } from './guide';

export const linkedinGuide: Guide = {
  console: { name: 'LinkedIn Developer Portal', url: 'https://www.linkedin.com/developers/apps' },
  steps: [
    'Create an app. LinkedIn wants a Page that it belongs to, and an administrator of that Page has to confirm it.',
    'To publish as a person: on the tab Products, request “Share on LinkedIn” and “Sign In with LinkedIn using OpenID Connect”. Both are granted at once.',
    'For Pages and the comments below their posts: request “Community Management API”. LinkedIn looks at the request and grants or refuses it; until then only publishing as a person works.',
    'On the tab Auth, under “Authorized redirect URLs”, enter each of the addresses that Candor shows, exactly as they are.',
    'Copy the Client ID and the Primary Client Secret from the tab Auth into Candor.',
    'Choose “Sign in as a person”, or “Sign in for Pages” once the Community Management API is granted. LinkedIn’s page opens in the browser.',
    'If LinkedIn answers that a scope is not authorised for the app, name under “Scopes” only those listed on the tab Auth of the app.',
    'A token made with LinkedIn’s own token generator can be pasted instead. LinkedIn does not tell which permissions it has.',
  ],
  limits: [
    'A sign-in lasts 60 days and then needs you again: LinkedIn renews sign-ins by themselves only for approved partners. Candor reminds you before it ends.',
    'Comments are read and answered for Pages only, and only with the Community Management API. LinkedIn lets no program read the comments below a person’s posts. What members wrote is kept here for two days only, as LinkedIn’s terms ask.',
    'LinkedIn has no direct messages for programs, and no way to hide a comment.',
    'A post has up to 3,000 characters and 2 to 20 images, or one video, or one link. Posts with the same text as an earlier one are refused.',
    'A person’s posts cannot be read back: when an answer of LinkedIn is lost, Candor asks you whether the post is there.',
    'Each app has a daily number of calls, which begins anew at 00:00 UTC. Each version of LinkedIn’s interface lives about a year; the version can be set by hand.',
  ],
};
