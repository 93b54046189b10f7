export {
  createFederationClient,
  type FederationClient,
  type FederationClientOptions,
} from './client/federation-client.ts';
