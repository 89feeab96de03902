import { startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
import { test } from './support/app';
import { startPractice } from './support/candor';
import {
  answerWithSuggestion,
  connectProvider,
  DRAFT,
  expectRecord,
  exportRecord,
  planAndPublish,
} from './support/main-job';

test.describe('the main job, with the practice network and a model server', () => {
  let provider: MockProvider;
  test.beforeEach(async () => {
    provider = await startMockProvider();
  });
  test.afterEach(() => provider.stop());

  test('an AI suggestion is edited and approved, a post is dragged onto the calendar and published once, and the record verifies outside the app', async ({
    installation,
  }) => {
    const { app, page } = await installation.launch();
    await startPractice(page);
    provider.draft(DRAFT);
    await connectProvider(page, provider.baseUrl);
    const asked = await answerWithSuggestion(page);
    await planAndPublish(page);
    expectRecord(await exportRecord(app, page), asked);
  });
});
