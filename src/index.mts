// The ESM entry hands out the CommonJS build, so that every class and registration exists once however the package is loaded.
export * from './index.js';
