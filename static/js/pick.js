/* A search among the objectives of all strategies. Without script every objective is in its region's list all the same.
   data-pick-search holds the field, data-pick-found what was found; data-pick is an objective, data-pick-group its region. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const box = document.querySelector("[data-pick-search]");
  if (!box) return;
  const field = box.querySelector("input"), found = box.querySelector("[data-pick-found]");
  const groups = all("[data-pick-group]").map((group) => ({ group, wasOpen: group.open, items: all("[data-pick]", group) }));
  const plain = (text) => text.toLocaleLowerCase("sv").replace(/\s+/g, " ").trim();
  const words = new Map(all("[data-pick]").map((item) => [item, plain(item.querySelector(".txt").textContent)]));
  const show = () => {
    const wanted = plain(field.value).split(" ").filter(Boolean);
    let count = 0;
    groups.forEach(({ group, wasOpen, items }) => {
      let here = 0;
      items.forEach((item) => {
        /* What is chosen is never hidden: one sees what one has ticked. */
        const fits = wanted.every((word) => words.get(item).includes(word));
        item.hidden = !fits && !item.querySelector("input[type=checkbox]").checked;
        here += fits ? 1 : 0;
      });
      group.open = wanted.length ? here > 0 || items.some((item) => !item.hidden) : wasOpen;
      count += here;
    });
    found.textContent = wanted.length ? (count === 1 ? "1 mål passar." : `${count} mål passar.`) : "";
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (e) => { if (e.key === "Enter") e.preventDefault(); });
  box.hidden = false;
})();
