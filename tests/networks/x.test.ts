import { networkSuite } from './suite';
import { createXFixture } from './x-fixture';

networkSuite('X', createXFixture);
