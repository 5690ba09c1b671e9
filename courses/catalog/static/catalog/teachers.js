// The teacher picker: a found person joins the list, a chosen one leaves it, never the last.
for (const picker of document.querySelectorAll("[data-teachers]")) {
  const chosen = picker.querySelector("[data-chosen]");
  const last = picker.querySelector("[data-last]");
  const search = picker.querySelector("input[type=search]");

  function add(id, name) {
    last.hidden = true;
    if (chosen.querySelector(`input[value="${CSS.escape(id)}"]`)) return;
    const item = picker.querySelector("[data-chosen-template]").content.firstElementChild.cloneNode(true);
    const remove = item.querySelector("[data-remove]");
    item.querySelector("input").value = id;
    item.querySelector("[data-name]").textContent = name;
    remove.setAttribute("aria-label", remove.dataset.label.replace("{name}", name));
    chosen.append(item);
  }

  picker.addEventListener("click", (event) => {
    const found = event.target.closest("[data-add]");
    if (found) {
      add(found.dataset.add, found.dataset.name);
      found.closest("li").remove();
      search.focus();
    }
    const remove = event.target.closest("[data-remove]");
    if (remove) {
      const alone = chosen.children.length === 1;
      last.hidden = !alone;
      if (!alone) remove.closest("li").remove();
      search.focus();
    }
  });
  // Enter in the search must not save the whole form.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
