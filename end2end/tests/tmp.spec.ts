import { test, expect } from "./site";
test("csp", async ({ page, site, quiet, scripts }) => {
  await page.route(site + "/", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace("</main>", `<p style="color:red">x</p><img src="https://example.org/x.png"><img src=x onerror="1"><script>1</script><iframe src="/login"></iframe><form id=f method=get action="http://127.0.0.1:1/x"><button>go</button></form></main>`);
    await route.fulfill({ response: answer, body });
  });
  await page.goto("/");
  await page.getByRole("button", {name: "go"}).click();
  await page.waitForTimeout(500);
  console.log(scripts, quiet);
  quiet.length = 0;
});
test("csp elsewhere", async ({ browser, site, quiet, scripts }) => {
  const page = await (await browser.newContext({ baseURL: site, javaScriptEnabled: scripts })).newPage();
  await page.route(site + "/", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace("</main>", `<p style="color:red">x</p></main>`);
    await route.fulfill({ response: answer, body });
  });
  await page.goto("/");
  await page.waitForTimeout(500);
  console.log("elsewhere", scripts, quiet);
  quiet.length = 0;
});
