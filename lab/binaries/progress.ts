import type { BinaryCommand, BinaryModule, BinaryName } from './modules.ts';

/**
 * Lines for builds in the order in which they start: which of how many of its module, and about how long all of what is
 * left takes with a cold Go build cache (measured on two cores; `cores` scales it).
 */
export function buildProgress(
  missing: readonly { module: BinaryModule; commands: readonly BinaryCommand[] }[],
  cores: number,
): (name: BinaryName) => string {
  const lines = new Map<BinaryName, string>();
  let left = missing.flatMap(({ commands }) => commands).reduce((sum, command) => sum + command.seconds, 0);
  for (const { module, commands } of missing) {
    commands.forEach((command, index) => {
      const part = commands.length > 1 ? `${module.title} ${index + 1} of ${commands.length}: ${command.name}` : module.title;
      lines.set(command.name, `building ${part}, at most about ${duration((left * 2) / Math.max(cores, 2))} left`);
      left -= command.seconds;
    });
  }
  return (name) => lines.get(name) ?? `building ${name}`;
}

/** 45 → '45 s', 250 → '4 min'. */
function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds / 5) * 5} s` : `${Math.round(seconds / 60)} min`;
}
