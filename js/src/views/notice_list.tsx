/** What went wrong and what to do about it; below, what is good to know. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MicrophoneFault } from "../audio/source";
import { keepsMicrophone } from "../host";
import { insecurityOf, withAddress } from "../insecurity";
import type { KernelError, PageErrorCode } from "../messages";
import type { Strings } from "../strings";
import { ownError, ownWords } from "../strings/kernel";
import { Button, CloseButton } from "./button";
import { useController, useStrings } from "./context";
import { HintIcon, WarningIcon } from "./icons";

const RETRIABLE: readonly PageErrorCode[] = [
  "microphone_denied",
  "microphone_missing",
  "microphone_lost",
  "microphone_silent",
] satisfies MicrophoneFault[];

export function NoticeList() {
  const controller = useController();
  const strings = useStrings();
  // While the conversation is being brought back, the reason stands beside the countdown.
  const error = controller.reconnection.value === null ? controller.error.value : null;
  const notices = [...controller.notices.list.value].reverse(); // the newest is seen first
  const read = useSignal<string | null>(null);
  const key = error && `${error.code}: ${error.message}`;
  useEffect(() => {
    if (key === null) read.value = null;
  }, [key]);
  return (
    <div class="nt-news">
      <div class="nt-notices" role="alert" aria-atomic="false">
        {error !== null && key !== read.value && (
          <NoticeItem
            {...ownError(error, strings)}
            onDismiss={() => {
              read.value = key;
            }}
          />
        )}
        {notices.map((notice) => {
          if (notice.source === "hint") return null;
          // The note on top has told it, and there is no address bar that would help.
          if (notice.key === "microphone_denied" && keepsMicrophone()) return null;
          const own = notice.source === "page";
          const error = own ? pageError(notice.code, strings) : ownError(notice.error, strings);
          const retry = own && RETRIABLE.includes(notice.code) && controller.owner.value;
          return (
            <NoticeItem
              key={notice.key}
              {...error}
              onRetry={retry ? () => controller.retryMicrophone() : undefined}
              onDismiss={() => controller.notices.dismiss(notice.key)}
            />
          );
        })}
      </div>
      <div class="nt-notices" role="status" aria-atomic="false">
        {notices.map(
          (notice) =>
            notice.source === "hint" && (
              <NoticeItem
                key={notice.key}
                code="hint"
                hint={ownWords(notice.text, strings)}
                onDismiss={() => controller.notices.dismiss(notice.key)}
              />
            ),
        )}
      </div>
    </div>
  );
}

function pageError(code: PageErrorCode, { pageError, insecure }: Strings): KernelError {
  const { message, hint } = pageError[code];
  const address =
    code === "insecure_context" ? `${withAddress(insecure[insecurityOf(location)], location)} ` : "";
  return { code, message, hint: address + hint };
}

interface NoticeItemProps {
  code: string;
  message?: string;
  hint: string;
  onRetry?: (() => void) | undefined;
  onDismiss: () => void;
}

function NoticeItem({ code, message, hint, onRetry, onDismiss }: NoticeItemProps) {
  const strings = useStrings();
  return (
    <div class="nt-notice" data-code={code}>
      {code === "hint" ? <HintIcon /> : <WarningIcon />}
      <div class="nt-notice-words">
        {message && <p class="nt-notice-message">{message}</p>}
        {hint && <p class="nt-notice-hint">{hint}</p>}
        {onRetry && (
          <Button kind="nt-small nt-retry" onClick={onRetry}>
            {strings.retryMicrophone}
          </Button>
        )}
      </div>
      <CloseButton label={strings.dismiss} onClick={onDismiss} />
    </div>
  );
}
