// What was watched, as sorted, disjoint [start, end] pairs in seconds; as ranges.py does it.
const JOIN = 1.0;

export function merge(ranges) {
  const merged = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (!(end > start)) continue;
    const last = merged.at(-1);
    if (last && start <= last[1] + JOIN) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export function total(ranges) {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

export function subtract(ranges, known) {
  let left = ranges;
  for (const [from, to] of known) {
    left = left.flatMap(([start, end]) =>
      [[start, Math.min(end, from)], [Math.max(start, to), end]].filter(([a, b]) => b > a),
    );
  }
  return left;
}
