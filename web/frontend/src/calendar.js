/* A button beside each date opens the browser's calendar; its choice fills 年・月・日. */
export function offerCalendars(form) {
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-calendar]');
    if (button) open(button.closest('.date'));
  });
}

function open(date) {
  const fields = [...date.querySelectorAll('input[inputmode="numeric"]')].slice(0, 3);
  const picker = date.querySelector('input[type="date"]');
  const [year, month, day] = fields.map((field) => field.value.trim());
  if (/^\d{4}$/.test(year)) {
    picker.value = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  }
  picker.onchange = () => {
    const chosen = picker.value.split('-').map((part) => String(Number(part)));
    fields.forEach((field, index) => {
      field.value = chosen[index];
    });
    fields[2].dispatchEvent(new Event('change', { bubbles: true }));
  };
  picker.showPicker();
}
