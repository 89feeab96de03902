import { openFixture } from './linkedin-context';
import { networkSuite } from './suite';

networkSuite('LinkedIn', openFixture);
