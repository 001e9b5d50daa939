"use strict";

// What is shown of one sample: each panel's elements, from the page's data and the sample. Texts are only ever texts.
const PANELS = {
  prompt: (data, sample) => [make("pre", {}, data.problems[sample.problem].prompt)],
  completion: (data, sample) => [make("pre", {}, sample.completion)],
  code: (data, { code }) => [typeof code === "string" ? note(code) : coloured(data, code)],
  tests: testsPanel,
  evolution: evolutionPanel,
};

const NOTHING = "\u2013";
const TESTS = "The tests that ran, in order";
const TYPICAL = "Of a round: the first sample of the commonest verdict's commonest program, layout and names aside.";

function note(text) {
  return make("p", { class: "empty" }, text);
}

function badge(verdict) {
  return make("span", { class: `badge ${verdict === "pass" ? "pass" : "fail"}` }, verdict);
}

function rate([passed, graded]) {
  return `${passed} of ${graded}`;
}

// A program in colours: its text cut into runs of so many characters of a class.
function coloured({ classes }, { text, runs }) {
  const pre = make("pre", {});
  for (let i = 0, start = 0; i < runs.length; i += 2) {
    const piece = text.slice(start, (start += runs[i + 1]));
    pre.append(runs[i] ? make("span", { class: `code-${classes[runs[i]]}` }, piece) : piece);
  }
  return pre;
}

function testsPanel(data, sample) {
  const problem = data.problems[sample.problem];
  const passed = [...Array(sample.passed).keys()].filter((index) => problem.cases[index] || !index);
  const ran = [...passed.map((index) => [index, "pass", ""]), ...sample.failed];
  const more = sample.passed - passed.length;
  return [
    ran.length ? testsTable(problem, ran) : note("No test ran."),
    ...(more > 0 ? [note(`${more} more passed.`)] : []),
    ...(problem.check ? [make("h4", {}, "The check program"), coloured(data, problem.check)] : []),
  ];
}

function testsTable(problem, ran) {
  const heads = ["#", "Call", "Expected", "Verdict", "Detail"].map((head) => make("th", { scope: "col" }, head));
  const rows = ran.map(([index, verdict, detail]) => {
    const [call, expected] = problem.cases[index] ?? [problem.call, NOTHING];
    const cells = [make("code", {}, call), make("code", {}, expected), badge(verdict), detail];
    return make("tr", {}, make("th", { scope: "row" }, index), ...cells.map((cell) => make("td", {}, cell)));
  });
  const caption = make("caption", {}, TESTS);
  const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  return make("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": TESTS }, table);
}

// A problem's solve rate in each round, and what changed between two rounds' programs, or up to this sample.
function evolutionPanel(data, sample) {
  const problem = data.problems[sample.problem];
  const bars = data.rounds.map((name, place) => solvedBar(name, problem.rates[place]));
  const told = ([index, verdict, text], place) => [`${data.rounds[place]}: sample ${index}, ${verdict}`, text];
  const texts = problem.typical.map((typical, place) => typical && told(typical, place));
  texts.push(["this sample", sample.code.text ?? sample.completion]);
  const [from, to] = ["From", "To"].map((label) => make("select", { "aria-label": label }, ...choicesOf(texts)));
  from.value = texts[data.before] ? data.before : texts.findIndex(Boolean);
  to.value = texts.length - 1;
  const place = make("pre", {});
  const compare = () => place.replaceChildren(...lineDiff(texts[from.value][1], texts[to.value][1]).map(diffLine));
  from.onchange = to.onchange = compare;
  compare();
  return [
    make("ol", { class: "strip", "aria-label": "How many samples solved the problem, by round" }, ...bars),
    make("p", { class: "compare" }, "What changed from ", from, " to ", to),
    place,
    make("p", { class: "small" }, TYPICAL),
  ];
}

function choicesOf(texts) {
  return texts.flatMap((text, place) => (text ? [new Option(text[0], place)] : []));
}

function solvedBar(name, solved) {
  const fill = make("span", { class: "fill" });
  fill.style.height = `${solved ? (100 * solved[0]) / solved[1] : 0}%`;
  const track = make("span", { class: "track", "aria-hidden": "true" }, fill);
  return make("li", {}, track, make("span", {}, name), make("small", {}, solved ? rate(solved) : NOTHING));
}

function diffLine([mark, line]) {
  const kind = { "+": "added", "-": "removed", " ": "same" }[mark];
  return make("span", { class: `line ${kind}` }, `${mark} ${line}\n`);
}
