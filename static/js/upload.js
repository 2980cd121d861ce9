/* Files with progress: picked or dropped on a form with data-upload (where the page leads when all are in). One request a file, one
   after the other; without this script the same form sends them all at once. */
(() => {
  "use strict";
  const line = (list, file) => {
    const item = document.createElement("li"), name = document.createElement("bdi"), bar = document.createElement("progress");
    const words = document.createElement("span");
    name.textContent = file.name;
    words.className = "muted";
    bar.max = 100; bar.value = 0;
    bar.setAttribute("aria-label", `Skickar ${file.name}`);
    item.append(name, " ", words, bar);
    list.append(item);
    return {
      show: (percent) => { bar.value = percent; words.textContent = percent < 100 ? `${percent} procent skickat` : "Tas emot"; },
      done: () => { bar.remove(); words.textContent = "Tillagd"; },
      fail: (texts) => {
        bar.remove();
        words.className = "err-text";
        words.textContent = texts.join(" ");
      },
    };
  };

  const send = (form, file, row) => new Promise((resolve) => {
    const data = new FormData(form), request = new XMLHttpRequest();
    data.delete("file");
    data.append("file", file, file.name);
    const fail = (text) => { row.fail([text]); resolve(false); };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) row.show(Math.floor((e.loaded / e.total) * 100)); });
    request.addEventListener("load", () => {
      if (request.status === 201) { row.done(); resolve(true); return; }
      if (request.status === 413) { fail("Filen är för stor att skicka. Gör den mindre och försök igen."); return; }
      if (request.status === 403) { fail("Du är utloggad eller får inte ändra ansökan. Ladda om sidan och försök igen."); return; }
      try { row.fail(JSON.parse(request.responseText).reasons); resolve(false); } catch { fail("Filen kom inte fram. Försök igen om en stund."); }
    });
    request.addEventListener("error", () => fail("Filen kom inte fram. Kontrollera anslutningen och försök igen."));
    request.send(data);
  });

  const start = (form) => {
    const input = form.querySelector("input[type=file]"), list = document.createElement("ul"), status = document.createElement("p");
    const all = document.createElement("a");
    let busy = false;
    list.className = "uploads";
    status.setAttribute("role", "status");
    all.href = form.dataset.upload;
    all.textContent = "Visa bilagorna";
    all.hidden = true;
    form.append(list, status, all);
    const run = async (files) => {
      if (busy || !files.length) return;
      busy = true;
      list.replaceChildren();
      status.textContent = files.length === 1 ? "Skickar filen." : `Skickar ${files.length} filer.`;
      let added = 0;
      for (const file of files) added += (await send(form, file, line(list, file))) ? 1 : 0;
      busy = false;
      input.value = "";
      if (added === files.length) { status.textContent = "Klart."; location.assign(form.dataset.upload); return; }
      status.textContent = `${added} av ${files.length} filer lades till. Läs vad som gick fel ovan.`;
      all.hidden = added === 0;
    };
    form.addEventListener("submit", (e) => {
      if (!input.files.length) return;
      e.preventDefault();
      run([...input.files]);
    });
    form.addEventListener("dragover", (e) => { e.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (e) => {
      e.preventDefault();
      form.classList.remove("over");
      const files = [...e.dataTransfer.files];
      run(input.multiple ? files : files.slice(0, 1));
    });
  };
  document.querySelectorAll("form[data-upload]").forEach(start);
})();
