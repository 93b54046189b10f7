export {
  createFederationClient,
  type FederationClient,
  type FederationClientOptions,
  type Measure,
} from './client/federation-client.ts';
