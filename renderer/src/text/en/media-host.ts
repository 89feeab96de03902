import type { MediaHostProblem } from '@shared/domain/media-host';

/** Settings, Media host. */
export const mediaHost = {
  title: 'Media host',
  intro:
    'Some networks (Instagram, Threads) take no upload: they fetch images and videos from a web address. For that, Candor puts the file on storage of your own under a name nobody can guess, and removes it once the post is out. Without one, Candor can remind you to publish such posts by hand.',
  none: 'No media host is set up',
  form: 'Where files go',
  kind: 'Kind of storage',
  kinds: {
    s3: 'S3-compatible storage',
    webdav: 'Web server with WebDAV',
    sftp: 'Web server with SFTP',
  },
  kindHints: {
    s3: 'Amazon S3, Cloudflare R2, Backblaze B2, Hetzner, MinIO and others. The bucket can stay private: networks get an address that is good for some hours.',
    webdav: 'A folder that takes files by WebDAV and that a web server shows to everybody.',
    sftp: 'A folder on a server that is reached by SFTP and that a web server shows to everybody.',
  },
  fields: {
    endpoint: 'Endpoint',
    endpointHint:
      'The address of the service without the bucket, for example https://s3.eu-central-1.amazonaws.com',
    region: 'Region',
    regionHint: 'For example eu-central-1; for Cloudflare R2: auto',
    bucket: 'Bucket',
    prefix: 'Folder in the bucket (optional)',
    pathStyle: 'Bucket in the path of the address',
    pathStyleHint: 'For MinIO and most services that are not Amazon.',
    accessKeyId: 'Access key ID',
    secretAccessKey: 'Secret access key',
    hours: 'Hours that an address is good for',
    url: 'WebDAV address of the folder',
    user: 'User name',
    password: 'Password',
    publicUrl: 'Public address of the folder',
    publicUrlHint: 'Where everybody can fetch a file from that folder, without a sign-in.',
    host: 'Server',
    port: 'Port',
    folder: 'Folder on the server',
    folderHint: 'For example /var/www/media',
    signIn: 'Sign in with',
    byPassword: 'a password',
    byKey: 'a key',
    privateKey: 'Private key',
    privateKeyHint: 'The text of the key file, from -----BEGIN to -----END.',
    passphrase: 'Passphrase of the key (optional)',
    stored: 'Stored encrypted. Leave this empty to keep it.',
  },
  hostKey: 'Key of the server',
  hostKeyNone: 'It is learnt by the first test that works. Compare it then with what your server shows.',
  trust: 'Trust the new key',
  trustHint:
    'A changed key can mean that the server was set up again, or that somebody stands between. Ask whoever runs the server before trusting it.',
  save: 'Save',
  saveTest: 'Save and test',
  test: 'Test',
  saved: 'The media host is saved.',
  remove: 'Remove',
  removeTitle: 'Remove the media host?',
  removeText: 'Its secrets are forgotten. Posts that need it wait until there is one again.',
  removed: 'The media host is removed.',
  bad: {
    address: 'A whole address that begins with https:// and holds no user name or parameters.',
    needed: 'This is needed.',
    hours: 'A whole number from 1 to 24.',
    port: 'A whole number from 1 to 65535.',
    folder: 'Letters, digits, dots, dashes and slashes.',
  },
  result: {
    heading: 'Test',
    well: 'The media host works.',
    put: 'Put a small picture there',
    fetch: 'Fetch it from its public address, as a network would',
    remove: 'Remove it',
    ok: 'works',
    failed: 'does not work',
    skipped: 'not tried',
    privateAddress:
      'The address leads to this device or a private network. Networks on the internet cannot fetch from it.',
  },
  problems: {
    unreachable: {
      what: 'The media host cannot be reached.',
      todo: 'Check the address and the connection, then test again.',
    },
    timeout: { what: 'The media host did not answer in time.', todo: 'Try again, or ask whoever runs it.' },
    tls: {
      what: 'The media host’s certificate is not valid.',
      todo: 'Check the address; a server of your own needs a certificate that browsers accept.',
    },
    sign_in: {
      what: 'The media host refused the sign-in.',
      todo: 'Check the user name or key and the secret.',
    },
    permission: {
      what: 'The media host does not allow that.',
      todo: 'Give the user the right to write and delete in that folder or bucket.',
    },
    not_found: {
      what: 'The place is not there.',
      todo: 'Check the bucket or folder, and that the public address shows that same folder.',
    },
    region: {
      what: 'The bucket is in another region.',
      todo: 'Enter the region and endpoint of the bucket.',
    },
    clock: { what: 'The clock of this device is wrong.', todo: 'Set date and time, then test again.' },
    host_key_changed: {
      what: 'The server shows another key than before, so nothing was sent to it.',
      todo: 'Ask whoever runs the server. If the key is right, trust it in Settings, Media host.',
    },
    host_key_unknown: {
      what: 'The server’s key is not known yet, so nothing was sent to it.',
      todo: 'Run the test in Settings, Media host, and compare the key that it shows.',
    },
    key_unreadable: {
      what: 'The private key cannot be read.',
      todo: 'Paste the whole key file, and check the passphrase.',
    },
    full: { what: 'The media host is full.', todo: 'Free some space there.' },
    too_large: {
      what: 'The file is too large for the media host.',
      todo: 'Raise the limit of the web server, or use a smaller file.',
    },
    redirected: {
      what: 'The address leads to another one.',
      todo: 'Enter the address that it leads to: networks may not follow.',
    },
    not_public: {
      what: 'The public address wants a sign-in.',
      todo: 'Allow everybody to read files in that folder.',
    },
    wrong_bytes: {
      what: 'The public address shows something else than the file.',
      todo: 'Check that it shows the same folder, and no page about the file.',
    },
    wrong_type: {
      what: 'The public address does not say that the file is an image.',
      todo: 'Set the content types for images and videos on the web server.',
    },
    unexpected: {
      what: 'The media host answered in an unexpected way.',
      todo: 'Try again. If it stays, look at its log.',
    },
  } satisfies Record<MediaHostProblem, { readonly what: string; readonly todo: string }>,
};
