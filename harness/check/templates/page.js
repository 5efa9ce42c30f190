"use strict";
// Steps through the runs. Without this the page says the same; the state at a step is then read off the table.
(() => {
  const runs = [...document.querySelectorAll("article")].map((article) => {
    const table = article.querySelector("table.run");
    const heads = [...table.querySelectorAll("thead th")];
    return {
      article,
      rows: [...table.querySelectorAll("tbody tr")].filter((row) => row.id || row.classList.contains("first")),
      all: [...table.querySelectorAll("tbody tr:not(.gap)")],
      lanes: heads.flatMap((head, at) => (head.classList.contains("lane") ? [{ at, name: head.textContent }] : [])),
      panel: article.querySelector(".state"),
      at: 0,
    };
  });
  if (runs.length === 0) return;
  let current = 0;
  const single = document.querySelector(".keys input");
  single.parentElement.hidden = false;

  const said = (row, lane) => (row.cells[lane.at] || { textContent: "" }).textContent.replace(/^→ /, "");

  // What the state was after a row: of each part, the last that was said of it.
  const stateAt = (run, row) => {
    const upTo = run.all.slice(0, run.all.indexOf(row) + 1).reverse();
    return run.lanes.map((lane) => {
      const spoken = upTo.filter((each) => said(each, lane) !== "").slice(0, 2);
      const isNew = spoken[0] === row && spoken.length > 1;
      return { name: lane.name, now: spoken[0] ? said(spoken[0], lane) : "", was: isNew ? said(spoken[1], lane) : null };
    });
  };

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const show = (run) => {
    const row = run.rows[run.at];
    for (const other of document.querySelectorAll("tr[aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "step");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    run.panel.hidden = false;
    run.panel.querySelector(".at").textContent = row.cells[0].textContent;
    const lanes = new Set(run.lanes.map((lane) => lane.at));
    const did = [...row.cells].filter((_, at) => at > 0 && !lanes.has(at)).map((cell) => cell.textContent);
    run.panel.querySelector(".did").textContent = did.join(" ").trim();
    const parts = stateAt(run, row).flatMap(({ name, now, was }) => {
      const value = document.createElement("dd");
      if (was !== null) value.append(element("del", was), " → ");
      value.append(element(was !== null ? "ins" : "span", now));
      return [element("dt", name), value];
    });
    run.panel.querySelector("dl").replaceChildren(...parts);
  };

  const select = (index, at) => {
    const run = runs[index];
    current = index;
    run.at = Math.max(0, Math.min(at, run.rows.length - 1));
    show(run);
    run.rows[run.at].scrollIntoView({ block: "nearest" });
  };

  const keys = {
    j: () => select(current, runs[current].at + 1),
    k: () => select(current, runs[current].at - 1),
    v: () => {
      const at = runs[current].rows.findIndex((row) => row.classList.contains("breaks"));
      if (at >= 0) select(current, at);
    },
    n: () => turn(current + 1),
    p: () => turn(current - 1),
  };

  const turn = (index) => {
    if (index < 0 || index >= runs.length) return;
    select(index, 0);
    runs[index].article.scrollIntoView();
    runs[index].article.focus({ preventScroll: true });
  };

  document.addEventListener("keydown", (event) => {
    if (!single.checked || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });

  runs.forEach((run, index) => {
    run.rows.forEach((row, at) => row.addEventListener("click", () => select(index, at)));
    const [button, text] = [run.article.querySelector(".copy"), run.article.querySelector(".replay")];
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => copy(button, text));
  });

  // A page that was opened from a disk may not have a clipboard; then the text is selected, ready to be copied.
  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Selected: copy it with your keyboard";
    }
  };

  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    runs.forEach((run, index) => {
      const at = run.rows.indexOf(target);
      if (at >= 0) select(index, at);
      else if (run.article === target) current = index;
    });
  };
  addEventListener("hashchange", follow);
  follow();
})();
