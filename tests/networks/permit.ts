import type { WritePermit } from '../../electron/main/networks/write-fence';

/** Only tests of networks may write without the fence: there is no attempt to record here. */
export const permitForTests = Object.freeze({}) as WritePermit;
