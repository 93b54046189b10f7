export { serveFederations, type FederationServer, type ServeOptions } from './serve-federations.ts';
export type { Asset } from './static-assets.ts';
