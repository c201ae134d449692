/** How much of something is done; a bar that moves to and fro where that is unknown. */

export function ProgressBar({ label, share }: { label: string; share: number | null }) {
  const percent = share === null ? undefined : Math.round(100 * share);
  return (
    <div
      class="nt-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-known={share !== null}
    >
      <i style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
