/** How the page stands with its server. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Tries again by itself after so many milliseconds. */
  | { readonly kind: 'lost'; readonly retryInMs: number; readonly reason: string };
