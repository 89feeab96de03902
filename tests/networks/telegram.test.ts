import { openFixture } from './telegram-context';
import { networkSuite } from './suite';

networkSuite('Telegram', openFixture);
