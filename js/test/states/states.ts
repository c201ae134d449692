/**
 * Every state that the widget can be seen in, and the way into it.
 *
 * The axe tests go through them, and `make states` takes a picture of each: what is missing here is seen by nobody.
 */

import { CONVERSATION } from "./conversation";
import type { State } from "./steps";
import { TEXT } from "./text";
import { TOOLS } from "./tools";
import { TROUBLE } from "./trouble";

export const STATES: Readonly<Record<string, State>> = { ...CONVERSATION, ...TOOLS, ...TROUBLE, ...TEXT };
