const get = async (path) => (await fetch(path)).json();

const element = (name, text, properties = {}) =>
  Object.assign(document.createElement(name), { textContent: text }, properties);

const line = (...parts) => {
  const item = document.createElement('li');
  item.append(...parts);
  return item;
};

async function showProducts() {
  const products = await get('/api/products');
  document.querySelector('#products').replaceChildren(
    ...products.map(({ id, name, cents }) => {
      const button = element('button', 'Order');
      button.onclick = async () => {
        button.disabled = true;
        await fetch('/api/orders', { method: 'POST', body: JSON.stringify({ product: id, customer: 'you' }) });
        await showOrders();
        button.disabled = false;
      };
      return line(element('span', name), element('span', (cents / 100).toFixed(2)), button);
    }),
  );
}

async function showOrders() {
  const { from, orders } = await get('/api/orders');
  document.querySelector('#source').textContent = orders.length ? `read from ${from}` : 'none yet';
  document.querySelector('#orders').replaceChildren(
    ...orders.map(({ id, product, customer, placed }) =>
      line(element('span', `${product}, for ${customer}`), element('time', placed), element('span', `#${id}`))),
  );
}

await Promise.all([showProducts(), showOrders()]);
setInterval(showOrders, 3000);
