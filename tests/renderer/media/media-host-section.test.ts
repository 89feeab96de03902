import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaHostConfig } from '@shared/domain/media-host';
import type { MediaHostTest, MediaHostView } from '@shared/ipc/media-host';
import MediaHostSection from '@/features/settings/MediaHostSection.vue';
import { i18n } from '@/text/i18n';
import { installFakeCandor, type FakeCandor } from '../support/fake-candor';

const sftp: MediaHostConfig = {
  kind: 'sftp',
  host: 'files.example',
  port: 2222,
  user: 'brand',
  folder: '/var/www/media',
  publicUrl: 'https://files.example/media',
  hostKey: 'SHA256:known',
};
const ok: MediaHostTest = {
  steps: (['put', 'fetch', 'remove'] as const).map((step) => ({
    step,
    state: 'ok' as const,
    problem: null,
    detail: null,
  })),
  privateAddress: false,
  hostKey: null,
};

let fake: FakeCandor;
let stored: MediaHostView | null;
beforeEach(() => {
  stored = null;
  fake = installFakeCandor({
    'mediaHost.get': () => stored,
    'mediaHost.save': ({ config }) => (stored = { config, stored: ['password'] }),
    'mediaHost.test': () => ok,
    'mediaHost.remove': () => void (stored = null),
  });
});
const open = async () => {
  const view = mount(MediaHostSection, {
    global: { plugins: [createPinia(), i18n] },
    attachTo: document.body,
  });
  await flushPromises();
  return view;
};
type View = Awaited<ReturnType<typeof open>>;
const fieldOf = (view: View, label: string) => {
  const found = view.findAll('label').find((one) => one.text() === label);
  if (!found) throw new Error(`no field ${label}`);
  return view.find(`[id="${found.attributes('for')}"]`);
};
const press = async (view: View, name: string) => {
  const button = view.findAll('button').find((one) => one.text() === name);
  if (!button) throw new Error(`no button ${name}`);
  await button.trigger(button.attributes('type') === 'submit' ? 'submit' : 'click');
  await flushPromises();
};
const saves = () => fake.calls.filter(({ method }) => method === 'mediaHost.save').map(({ input }) => input);

describe('setting up a media host', () => {
  it('says what is missing before anything is sent', async () => {
    const view = await open();
    expect(view.text()).toContain('No media host is set up');
    await press(view, 'Save and test');
    expect(view.text()).toContain('This is needed.');
    await fieldOf(view, 'Endpoint').setValue('http://s3.example');
    expect(view.text()).toContain('A whole address that begins with https://');
    expect(saves()).toEqual([]);
  });

  it('stores what was typed, tests it, and shows no secret afterwards', async () => {
    const view = await open();
    await fieldOf(view, 'Kind of storage').setValue('webdav');
    await fieldOf(view, 'WebDAV address of the folder').setValue('https://files.example/dav');
    await fieldOf(view, 'User name').setValue('brand');
    await fieldOf(view, 'Password').setValue('geheim');
    await fieldOf(view, 'Public address of the folder').setValue('https://files.example/public');
    await press(view, 'Save and test');
    expect(saves()).toEqual([
      {
        config: {
          kind: 'webdav',
          url: 'https://files.example/dav',
          user: 'brand',
          publicUrl: 'https://files.example/public',
        },
        secrets: { password: 'geheim' },
        forgetHostKey: false,
      },
    ]);
    expect(view.text()).toContain('The media host works.');
    expect((fieldOf(view, 'Password').element as HTMLInputElement).value).toBe('');
    expect(view.text()).toContain('Stored encrypted. Leave this empty to keep it.');
  });

  it('says which of the three fails and what to do', async () => {
    stored = { config: sftp, stored: ['password'] };
    fake.on({
      'mediaHost.test': () => ({
        ...ok,
        privateAddress: true,
        steps: [
          ok.steps[0]!,
          { ...ok.steps[1]!, state: 'failed', problem: 'not_public', detail: 'status 403' },
          ok.steps[2]!,
        ],
      }),
    });
    const view = await open();
    await press(view, 'Test');
    expect(view.text()).toContain(
      'The public address wants a sign-in. Allow everybody to read files in that folder.',
    );
    expect(view.text()).toContain('status 403');
    expect(view.text()).toContain('Networks on the internet cannot fetch from it.');
    expect(saves()).toEqual([]);
  });

  it('shows the key of an SFTP server, and learns another one only when the person says so', async () => {
    stored = { config: sftp, stored: ['privateKey'] };
    fake.on({
      'mediaHost.test': () => ({
        ...ok,
        steps: [{ ...ok.steps[0]!, state: 'failed', problem: 'host_key_changed', detail: 'SHA256:other' }],
      }),
    });
    const view = await open();
    expect(view.text()).toContain('SHA256:known');
    expect((fieldOf(view, 'Sign in with').element as HTMLSelectElement).value).toBe('key');
    await press(view, 'Test');
    expect(view.text()).toContain('SHA256:other');
    await press(view, 'Trust the new key');
    expect(saves()).toMatchObject([
      { forgetHostKey: true, secrets: { password: '' }, config: { port: 2222 } },
    ]);
  });
});
