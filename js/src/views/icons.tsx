/** Line icons, 24 by 24, drawn in the text's colour. */

import type { JSX } from "preact";

interface Lines {
  d: string;
  /** What is filled. */
  solid?: string | undefined;
}

function Icon({ d, solid }: Lines): JSX.Element {
  return (
    <svg class="nt-icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={d} />
      {solid && <path d={solid} fill="currentColor" />}
    </svg>
  );
}

const icon = (d: string, solid?: string) => () => <Icon d={d} solid={solid} />;

export const MicrophoneIcon = icon("M9 6a3 3 0 016 0v5a3 3 0 01-6 0ZM5.5 11.5a6.5 6.5 0 0013 0M12 18v3");
export const MicrophoneOffIcon = icon(
  "M9 9.5V6a3 3 0 016 0v4.5M15 13.5a3 3 0 01-5.2.6M5.5 11.5a6.5 6.5 0 0010.4 5.2M18.4 12.6l.1-1.1M12 18v3M4 4l16 16",
);
export const InterruptIcon = icon(
  "M8 13V6.2a1.4 1.4 0 012.8 0V11M10.8 11V4.4a1.4 1.4 0 012.8 0V11M13.6 11V5.8a1.4 1.4 0 012.8 0V13M16.4 12.2V9.6a1.35 1.35 0 012.7 0v5.2A6.2 6.2 0 0112.9 21h-.8a6 6 0 01-4.9-2.5l-3-4.3a1.5 1.5 0 012.3-1.9L8 13.8",
);
export const CaptionsIcon = icon(
  "M6 5h12a3 3 0 013 3v8a3 3 0 01-3 3H6a3 3 0 01-3-3V8a3 3 0 013-3ZM10.5 10.4a2 2 0 100 3.2M17 10.4a2 2 0 100 3.2",
);
export const HintIcon = icon("M3.5 12a8.5 8.5 0 1017 0 8.5 8.5 0 10-17 0M12 11.2v4.6M12 8.1v.1");
export const StopIcon = icon("", "M9 7h6a2 2 0 012 2v6a2 2 0 01-2 2H9a2 2 0 01-2-2V9a2 2 0 012-2Z");
export const SettingsIcon = icon(
  "M4 7h9M17 7h3M4 17h3M11 17h9M12.8 7a2.2 2.2 0 104.4 0 2.2 2.2 0 10-4.4 0M6.8 17a2.2 2.2 0 104.4 0 2.2 2.2 0 10-4.4 0",
);
export const MoreIcon = icon("", "M5.5 12h1M11.5 12h1M17.5 12h1M5.5 12.1h1M11.5 12.1h1M17.5 12.1h1");
export const CheckIcon = icon("m6 12.5 4 4 8-9");
export const CameraIcon = icon(
  "M4.5 8h3l1.7-2.5h5.6L16.5 8h3A1.5 1.5 0 0121 9.5v8a1.5 1.5 0 01-1.5 1.5h-15A1.5 1.5 0 013 17.5v-8A1.5 1.5 0 014.5 8ZM8.8 13a3.2 3.2 0 106.4 0 3.2 3.2 0 10-6.4 0",
);
const RING = "M4 12a8 8 0 1016 0 8 8 0 10-16 0";
export const RecordIcon = icon(RING, "M8.4 12a3.6 3.6 0 107.2 0 3.6 3.6 0 10-7.2 0");
export const StopRecordingIcon = icon(RING, "M9.5 9.5h5v5h-5Z");
export const FullScreenIcon = icon(
  "M4 9V5.5A1.5 1.5 0 015.5 4H9M15 4h3.5A1.5 1.5 0 0120 5.5V9M20 15v3.5a1.5 1.5 0 01-1.5 1.5H15M9 20H5.5A1.5 1.5 0 014 18.5V15",
);
export const LeaveFullScreenIcon = icon(
  "M9 4v3.5A1.5 1.5 0 017.5 9H4M20 9h-3.5A1.5 1.5 0 0115 7.5V4M15 20v-3.5a1.5 1.5 0 011.5-1.5H20M4 15h3.5A1.5 1.5 0 019 16.5V20",
);
export const PictureInPictureIcon = icon(
  "M21 10V7.5A2.5 2.5 0 0018.5 5h-13A2.5 2.5 0 003 7.5v9A2.5 2.5 0 005.5 19H9",
  "M13 13h7a1 1 0 011 1v5a1 1 0 01-1 1h-7a1 1 0 01-1-1v-5a1 1 0 011-1Z",
);
export const SendIcon = icon("M12 19V5.5M6.5 11 12 5.5l5.5 5.5");
export const ToolIcon = icon(
  "M14.6 6.6a4.2 4.2 0 015.1-2.2l-2.6 2.6.4 2.1 2.1.4 2.2-2.2a4.2 4.2 0 01-5.6 4.9L9.3 19a2 2 0 01-2.9-2.9l6.9-6.9",
);
/** A window of its own. */
export const WindowIcon = icon("M13 4h7v7M20 4l-9 9M9 5H5a1 1 0 00-1 1v13a1 1 0 001 1h13a1 1 0 001-1v-4");
export const CloseIcon = icon("m7 7 10 10M17 7 7 17");
export const WarningIcon = icon("M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.2");
export const DownIcon = icon("m6.5 10 5.5 5.5 5.5-5.5");

export const VolumeIcon = ({ level }: { level: number }) => (
  <Icon
    d={`M4 9.5v5h3.5l4.5 4v-13l-4.5 4Z${
      level === 0
        ? "m12 .5 4 4m0-4-4 4"
        : `M15.2 9.2a4 4 0 010 5.6${level > 0.5 ? "M17.8 6.6a7.6 7.6 0 010 10.8" : ""}`
    }`}
  />
);

/** A bust, for when there is no face to show. */
export const Silhouette = () => (
  <svg class="nt-silhouette" viewBox="0 0 160 160" aria-hidden="true">
    <path d="M48 62a32 32 0 1064 0 32 32 0 10-64 0M20 160c0-36 26-56 60-56s60 20 60 56Z" />
  </svg>
);
