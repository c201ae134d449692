/**
 * The token by which this tab is let in: of the link that opened it, or told by the kernel for the next time.
 *
 * It lives in the tab's history entry: a reload finds it there, other tabs and servers do not.
 */

interface TabState {
  navtalk_token: string;
}

/** Move the token of a link out of the address bar, where it could be copied or looked at. */
export function takeLinkToken(): void {
  const token = window.location.hash.slice(1);
  if (token !== "") store(token);
}

export function tabToken(): string | null {
  const state: unknown = window.history.state;
  return isTabState(state) ? state.navtalk_token : null;
}

/** Keep the token for the next time, in place of the one that is used up; nothing happens in a notebook. */
export function keepReturnToken(token: string): void {
  if (tabToken() !== null) store(token);
}

function store(navtalk_token: string): void {
  window.history.replaceState({ navtalk_token } satisfies TabState, "", window.location.pathname);
}

function isTabState(state: unknown): state is TabState {
  return typeof (state as Partial<TabState> | null)?.navtalk_token === "string";
}
