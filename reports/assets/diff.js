"use strict";

// What changed from one text to another, line by line: [mark, line] pairs, the mark " ", "-" or "+".
function lineDiff(before, after) {
  const old = before.split("\n"), now = after.split("\n");
  const shorter = Math.min(old.length, now.length);
  let head = 0, tail = 0;
  while (head < shorter && old[head] === now[head]) head++;
  while (tail < shorter - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const middle = changedLines(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  return [...marked(" ", old.slice(0, head)), ...middle, ...marked(" ", old.slice(old.length - tail))];
}

function marked(mark, lines) {
  return lines.map((line) => [mark, line]);
}

// A longest common subsequence by table; texts too long for one are all gone and all new.
function changedLines(old, now) {
  const width = now.length + 1;
  if (old.length * width > 4e6) return [...marked("-", old), ...marked("+", now)];
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] = old[i] === now[j] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  const changes = [];
  let i = 0, j = 0;
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) changes.push([" ", old[(j++, i++)]]);
    else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) changes.push(["-", old[i++]]);
    else changes.push(["+", now[j++]]);
  }
  return [...changes, ...marked("-", old.slice(i)), ...marked("+", now.slice(j))];
}
