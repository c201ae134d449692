/** The whole of one view. */

import { ownWords } from "../strings/kernel";
import { Composer } from "./composer";
import { useCharacterName, useController, useStrings, useView } from "./context";
import { Controls } from "./controls/controls";
import { Details } from "./details";
import { HostNote } from "./host_note";
import { NoticeList } from "./notice_list";
import { Stage } from "./stage";
import { StatusLine } from "./status_line";
import { Transcript } from "./transcript";

export function Card() {
  const { controller, root } = useView();
  const strings = useStrings();
  const name = useCharacterName();
  return (
    <div
      ref={root}
      class="nt-root"
      // So that a click anywhere makes its keys ours.
      tabIndex={-1}
      lang={controller.traits.locale.value}
      data-status={controller.status}
      data-link={controller.link.state}
      data-way={controller.link.way.value ?? "none"}
      data-owner={controller.owner.value}
      data-peer-state={controller.peer.value?.state.value ?? "none"}
      data-media-path={controller.mediaPath.value.path}
      data-voice-path={controller.voice.path}
      data-voice-playing={controller.voice.playing.value}
      data-muted={controller.traits.muted.value}
      data-microphone={controller.microphone.state}
    >
      <section class="nt-card" aria-label={strings.conversationWith.replace("{name}", name)}>
        <div class="nt-main">
          <Stage />
          <StatusLine />
          <Controls />
        </div>
        <div class="nt-side">
          <HostNote />
          <NoticeList />
          <Transcript />
          <Composer />
        </div>
        <footer class="nt-footer">
          <ServiceLabel />
          <Details />
        </footer>
      </section>
    </div>
  );
}

function ServiceLabel() {
  const label = ownWords(useController().traits.serviceLabel.value, useStrings());
  return label && <p class="nt-service">{label}</p>;
}
