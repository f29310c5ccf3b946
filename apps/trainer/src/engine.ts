// What `npm start` computes with, for those who measure it: `turnwise/engine`.
export { BASE_DIRECTORY } from './train/base-directory.js';
export { type Environment, openEnvironment } from './train/environment.js';
export { type OpenPolicy, openPolicy, type PolicyConfig } from './train/open-policy.js';
export { type TrainedUpdate, trainUpdate, type UpdateInput, type UpdateParts } from './train/train-update.js';
