import { app } from 'electron';
import type { EndpointOverrides } from '../ports';

/** Where tests have put their own servers in place of the networks'. The packaged app takes no such thing. */
export function testEndpoints(): EndpointOverrides | undefined {
  const given = app.isPackaged ? undefined : process.env.CANDOR_ENDPOINTS;
  return given === undefined ? undefined : (JSON.parse(given) as EndpointOverrides);
}
