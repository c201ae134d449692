/** How the conversation reaches this page, and how long its answers took. */

import type { ComponentChildren } from "preact";
import type { Latency } from "../messages";
import type { Strings } from "../strings";
import { useController, useStrings } from "./context";

export function Figures() {
  const { figures, link, mediaPath, mediaOffset_ms } = useController();
  const strings = useStrings();
  const { details } = strings;
  const open = link.state.value === "open";
  const roundTrip_ms = figures.roundTrip_ms.value;
  const offset_ms = mediaOffset_ms.value;
  const answers = figures.answers.value;
  return (
    <div class="nt-figures">
      <dl>
        <Figure name={details.way}>{wayWords(strings, link)}</Figure>
        {open && roundTrip_ms !== null && <Figure name={details.roundTrip}>{inMs(roundTrip_ms)}</Figure>}
        <Figure name={details.media}>{strings.mediaWhy[mediaPath.value.why]}</Figure>
        {offset_ms !== null && <Figure name={details.offset}>{offsetWords(offset_ms, details)}</Figure>}
      </dl>
      {answers.length > 0 && <Answers answers={answers} />}
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A column for each answer, the newest at the end: so many figures have room in the narrowest view. */
function Answers({ answers }: { answers: readonly Latency[] }) {
  const controller = useController();
  const { details } = useStrings();
  const locale = controller.traits.locale.value;
  const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const rows = [
    [details.recognized, "recognized_ms"],
    [details.words, "words_ms"],
    [details.sound, "audio_ms"],
    [details.heard, "heard_ms"],
  ] as const;
  return (
    <table class="nt-answers">
      <caption>{details.answers}</caption>
      <tbody>
        {rows.map(([words, key]) => (
          <tr key={key}>
            <th scope="row">{words}</th>
            {answers.map(({ turn_id, [key]: value }) => (
              <td key={turn_id}>{value === null ? "–" : seconds.format(value / 1000)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Link = ReturnType<typeof useController>["link"];

function wayWords({ way, wayObstacle, link: words }: Strings, link: Link): string {
  const chosen = link.way.value;
  if (chosen === null) {
    const state = link.state.value;
    return state === "off" || state === "open" ? "–" : words[state];
  }
  const blocked = link.why.value.map((each) => `${way[each.way]}: ${wayObstacle[each.obstacle]}`);
  return (
    way[ownPageThroughServer() ? "proxy" : chosen] + (blocked.length > 0 ? ` (${blocked.join("; ")})` : "")
  );
}

/** A page of its own comes from where the gateway is: the root of a port, or further down, by which a server passes it on. */
function ownPageThroughServer(): boolean {
  return document.body.classList.contains("nt-page") && window.location.pathname.split("/").length > 3;
}

function offsetWords(offset_ms: number, { picture }: Strings["details"]): string {
  const words = Math.abs(offset_ms) < 1 ? picture.inTime : offset_ms > 0 ? picture.late : picture.early;
  return words.replace("{ms}", inMs(Math.abs(offset_ms)));
}

function inMs(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds))} ms`;
}
