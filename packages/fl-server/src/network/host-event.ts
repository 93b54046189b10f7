/** What happens at the door, for logs, audit and dashboards. */
export type HostEvent =
  | { readonly type: 'connected' | 'left'; readonly clientId: string; readonly peer: string }
  | {
      readonly type: 'disconnected';
      readonly clientId: string;
      readonly peer: string;
      readonly reason: string;
    }
  | { readonly type: 'refused'; readonly peer: string; readonly code: string; readonly message: string }
  | {
      readonly type: 'reply';
      readonly clientId: string;
      readonly round: number;
      readonly bytes: number;
      readonly known: boolean;
    }
  | {
      readonly type: 'reply-refused';
      readonly clientId: string;
      readonly code: string;
      readonly message: string;
    };
