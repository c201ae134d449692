/** Line icons, 24 by 24, drawn in the text's colour. */

import type { ComponentChildren, JSX } from "preact";

function Icon({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <svg class="nt-icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const MicrophoneIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </Icon>
);

export const MicrophoneOffIcon = () => (
  <Icon>
    <path d="M9 9.5V6a3 3 0 0 1 6 0v4.5M15 13.5a3 3 0 0 1-5.2.6" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.4 12.6l.1-1.1M12 18v3M4 4l16 16" />
  </Icon>
);

export const InterruptIcon = () => (
  <Icon>
    <path d="M8 13V6.2a1.4 1.4 0 0 1 2.8 0V11M10.8 11V4.4a1.4 1.4 0 0 1 2.8 0V11M13.6 11V5.8a1.4 1.4 0 0 1 2.8 0V13" />
    <path d="M16.4 12.2V9.6a1.35 1.35 0 0 1 2.7 0v5.2A6.2 6.2 0 0 1 12.9 21h-.8a6 6 0 0 1-4.9-2.5l-3-4.3a1.5 1.5 0 0 1 2.3-1.9L8 13.8" />
  </Icon>
);

export const CaptionsIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="3" />
    <path d="M10.5 10.4a2 2 0 1 0 0 3.2M17 10.4a2 2 0 1 0 0 3.2" />
  </Icon>
);

export const VolumeIcon = ({ level }: { level: number }) => (
  <Icon>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z" />
    {level > 0 && <path d="M15.2 9.2a4 4 0 0 1 0 5.6" />}
    {level > 0.5 && <path d="M17.8 6.6a7.6 7.6 0 0 1 0 10.8" />}
    {level === 0 && <path d="m16 10 4 4m0-4-4 4" />}
  </Icon>
);

export const HintIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11.2v4.6M12 8.1v.1" />
  </Icon>
);

export const StopIcon = () => (
  <Icon>
    <rect x="7" y="7" width="10" height="10" rx="2" fill="currentColor" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5.5M6.5 11 12 5.5 17.5 11" />
  </Icon>
);

export const ToolIcon = () => (
  <Icon>
    <path d="M14.6 6.6a4.2 4.2 0 0 1 5.1-2.2l-2.6 2.6.4 2.1 2.1.4 2.2-2.2a4.2 4.2 0 0 1-5.6 4.9L9.3 19a2 2 0 0 1-2.9-2.9l6.9-6.9" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m7 7 10 10M17 7 7 17" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.2" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="m6.5 10 5.5 5.5 5.5-5.5" />
  </Icon>
);

/** A bust, for when there is no face to show. */
export const Silhouette = () => (
  <svg class="nt-silhouette" viewBox="0 0 160 160" aria-hidden="true" focusable="false">
    <circle cx="80" cy="62" r="32" />
    <path d="M20 160c0-36 26-56 60-56s60 20 60 56Z" />
  </svg>
);
