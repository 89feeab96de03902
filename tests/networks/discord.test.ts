import { openFixture } from './discord-context';
import { networkSuite } from './suite';

networkSuite('Discord', openFixture);
