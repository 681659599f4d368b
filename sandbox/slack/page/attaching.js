import { element, icon, replaceChildren } from './dom.js';

/** The files that go with the next message: chosen with the paperclip, or dropped onto the form. A form that is reset has none. */
export function startAttaching(form) {
  const picker = form.querySelector('[type=file]');
  const list = form.querySelector('.attached');
  let files = [];
  const set = (now) => {
    files = now;
    replaceChildren(list, files.map(showAttached));
    list.hidden = files.length === 0;
  };

  form.querySelector('[data-attach]').addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    set([...files, ...picker.files]);
    picker.value = '';
    form.querySelector('textarea').focus();
  });
  list.addEventListener('click', ({ target }) => {
    const index = target.closest('[data-detach]')?.dataset.detach;
    if (index !== undefined) set(files.filter((_, at) => at !== Number(index)));
  });
  form.addEventListener('dragover', (event) => event.preventDefault());
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    set([...files, ...event.dataTransfer.files]);
  });
  form.addEventListener('reset', () => set([]));
  return { files: () => files, set };
}

function showAttached({ name }, index) {
  const remove = { type: 'button', class: 'detach', 'data-detach': index, 'aria-label': `Remove ${name}` };
  return element('li', { class: 'chip' }, icon('file'), name, element('button', remove, icon('cross')));
}

/** As the server takes it. */
export function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, base64: reader.result.split(',')[1] ?? '' });
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
