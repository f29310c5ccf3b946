export { createFusionRunner, FusionRequestError, type FusionRunnerOptions } from './fusion-runner.js';
export { type FusionServer, type FusionServerOptions, serveFusion } from './serve-fusion.js';
