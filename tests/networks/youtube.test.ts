import { networkSuite } from './suite';
import { openFixture } from './youtube-context';

networkSuite('YouTube', openFixture);
