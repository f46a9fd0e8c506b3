// The page: the bar, the phones, and the events which keep them true.
import { refreshBar, setBot, setClock, startBar } from "./bar.js";
import { Phone } from "./phone.js";
import { ask, button, listen, trouble } from "./wire.js";

const phones = new Map();

async function refreshPeople() {
  const [people, groups] = await Promise.all([ask("people"), ask("groups")]);
  for (const person of people.filter((one) => one.caption)) {
    if (phones.has(person.id)) phones.get(person.id).setPerson(person);
    else add(person);
    phones.get(person.id).groups(groups.filter((one) => one.members.includes(person.id)));
  }
}

function add(person) {
  const phone = new Phone(person);
  phones.set(person.id, phone);
  document.getElementById("phones").append(phone.root);
  const tab = button("", (person.caption || person.first_name).split(",")[0], () => choose(person.id));
  tab.id = `tab-${person.id}`;
  document.getElementById("tabs").append(tab);
  if (phones.size === 1) choose(person.id);
}

function choose(id) {
  for (const [known, phone] of phones) {
    phone.root.classList.toggle("chosen", known === id);
    document.getElementById(`tab-${known}`).setAttribute("aria-pressed", String(known === id));
  }
}

function heard(event) {
  const shown = [...phones.values()];
  if (event.type === "chat") shown.filter((one) => one.chat === event.chat).forEach((one) => one.refresh());
  if (event.type === "typing") shown.filter((one) => one.chat === event.chat).forEach((one) => one.typing());
  if (event.type === "answer") phones.get(event.user)?.presses.answered(event);
  if (event.type === "people") refreshPeople().catch(trouble);
  if (event.type === "clock") setClock(event);
  if (event.type === "bot") setBot(event);
}

async function refreshAll() {
  try {
    await Promise.all([refreshBar(), refreshPeople()]);
    for (const phone of phones.values()) phone.refresh();
  } catch (error) {
    trouble(error);
  }
}

startBar();
listen(heard, refreshAll);
