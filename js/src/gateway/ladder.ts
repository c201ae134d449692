/**
 * The search for the best way to the gateway that works.
 *
 * Ways are tried in their order. A way that is refused gives place to the next at once, one that stays silent after its
 * patience; it is not given up then, because a kernel in the midst of a cell may be slow to answer. Whichever welcomes
 * first is taken. A better one that welcomes after that takes its place, as long as nothing would be cut by it.
 */

import { after, Lifetime } from "../lifetime";
import type { Channel, ChannelEvents, Way } from "./channel";

/** Why a way is not used: there is no address, nobody lets us in, or nobody answers. */
export type Obstacle = "unknown" | "refused" | "silent";

export interface Blocked {
  way: Way;
  obstacle: Obstacle;
}

export interface Rung {
  way: Way;
  patience_ms: number;
  /** Null where there is nothing to try. */
  connect: ((events: ChannelEvents, life: AbortSignal) => Channel) | null;
}

/** How long a better way may still answer when another one stands. */
const LATE_MS = 30_000;

export interface LadderEvents extends Omit<ChannelEvents, "onPaused" | "onClose"> {
  /** Whether another way may take the place of the one that stands. */
  replaceable(): boolean;
  /** A way stands, or a better one now; `blocked` are the better ones that do not. Its welcome is told after this. */
  onReached(way: Way, channel: Channel, blocked: readonly Blocked[]): void;
  onPaused(paused: boolean): void;
  /** No way is left, or the one that stood was lost. */
  onLost(): void;
}

/** Begin the search; the signal ends it, and whatever came of it. */
export function climb(rungs: readonly Rung[], events: LadderEvents, life: AbortSignal): void {
  const obstacles = new Map<Way, Obstacle>();
  const attempts = new Map<Way, Lifetime>();
  let reached: Way | null = null;
  let next = 0;

  const stepUp = () => {
    const rung = rungs[next];
    if (rung === undefined || reached !== null) return;
    next += 1;
    attempt(rung, next);
  };

  const giveUp = (way: Way) => {
    attempts.get(way)?.end();
    attempts.delete(way);
  };

  const refuse = (way: Way, number: number) => {
    obstacles.set(way, "refused");
    giveUp(way);
    // The one that stands is among them.
    if (reached === way || (attempts.size === 0 && next === rungs.length)) events.onLost();
    else if (next === number) stepUp();
  };

  const reach = (way: Way, channel: Channel) => {
    reached = way;
    const place = rungs.findIndex((rung) => rung.way === way);
    for (const worse of rungs.slice(place + 1)) giveUp(worse.way);
    const better = rungs.slice(0, place);
    for (const { way: late } of better) {
      const trying = attempts.get(late);
      if (trying !== undefined) after(LATE_MS, () => giveUp(late), trying.signal);
    }
    const blocked = better.map((rung) => ({ way: rung.way, obstacle: obstacles.get(rung.way) ?? "silent" }));
    events.onReached(way, channel, blocked);
  };

  const attempt = ({ way, patience_ms, connect }: Rung, number: number) => {
    if (connect === null) {
      obstacles.set(way, "unknown");
      stepUp();
      return;
    }
    const trying = new Lifetime(life);
    attempts.set(way, trying);
    let channel: Channel | undefined;
    const told: ChannelEvents = {
      onMessage(message) {
        if (trying.signal.aborted || channel === undefined) return;
        if (message.type === "welcome" && reached !== way) {
          if (reached === null || events.replaceable()) reach(way, channel);
          else giveUp(way);
        }
        if (reached === way) events.onMessage(message);
      },
      onMedia: (frame) => reached === way && events.onMedia(frame),
      onPaused: (paused) => reached === way && events.onPaused(paused),
      onClose: () => trying.signal.aborted || refuse(way, number),
    };
    try {
      channel = connect(told, trying.signal);
    } catch {
      // A page that may not open this address at all (a strict content policy) throws here.
      refuse(way, number);
      return;
    }
    after(patience_ms, () => next === number && stepUp(), trying.signal);
  };

  stepUp();
}
