// Pictures: sent without script; chosen, dropped, pasted, cropped by keyboard and by
// mouse with it; seen at once, called off, taken away and brought back.
import type { Locator, Page } from "@playwright/test";
import { type Colour, file, png } from "./pictures";
import { expect, signUp, test } from "./site";

const RED: Colour = [210, 40, 40];
const BLUE: Colour = [40, 70, 200];

// The head of an AVIF: browsers show such pictures, and this site does not take them.
const avif = Buffer.from("0000001c667479706176696600000000617669666d6966316d696166", "hex");
const chooser = (page: Page) => page.getByLabel("Picture file");
const saveButton = (page: Page) => page.getByRole("button", { name: "Save picture" });
const crop = (page: Page) => page.getByRole("group", { name: "Crop area" });
const portrait = (page: Page) => page.locator(".profile-header img.avatar");

/** The colour of a picture at a spot, in parts of its sides; asked of the server. */
async function colourAt(page: Page, image: Locator, x: number, y: number): Promise<Colour> {
  const src = (await image.getAttribute("src"))!;
  const answer = await page.request.get(new URL(src, page.url()).href);
  expect(answer.headers()["content-type"]).toBe("image/jpeg");
  // Decoded by a page without a policy, which has the bytes only.
  const blank = await page.context().browser()!.newPage();
  const bytes = (await answer.body()).toString("base64");
  const colour = await blank.evaluate(
    async ([bytes, x, y]) => {
      const image = new Image();
      image.src = `data:image/jpeg;base64,${bytes}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      return [...context.getImageData(image.width * x, image.height * y, 1, 1).data].slice(0, 3);
    },
    [bytes, x, y] as const,
  );
  await blank.close();
  return colour as Colour;
}

const isNear = (one: Colour, other: Colour) => one.every((part, index) => Math.abs(part - other[index]) < 16);
async function expectColour(page: Page, image: Locator, x: number, y: number, colour: Colour) {
  const found = await colourAt(page, image, x, y);
  expect(isNear(found, colour), `${found} at ${x}, ${y}, and not ${colour}`).toBe(true);
}

/** Whether the island is awake: it shows the other ways then. */
const awake = (page: Page) => expect(page.getByText("You can also drop or paste a picture here")).toBeVisible();

/** The form for the picture, with its island where there are scripts. */
async function openPicture(page: Page, scripts = true) {
  await page.goto("/profile/avatar");
  if (scripts) await awake(page);
}

async function choose(page: Page, picture: Buffer) {
  await chooser(page).setInputFiles(file(picture));
}

async function savePicture(page: Page) {
  await saveButton(page).click();
  await page.waitForURL("/profile?saved");
}

test("a picture is sent, replaced and seen at once, taken away and brought back", { tag: ["@no-script", "@mobile"] }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openPicture(page, scripts);
  await expect(page.getByText("up to 16 MB and 50 megapixels")).toBeVisible();
  await choose(page, png(RED, RED));
  await page.getByLabel("Picture description").fill("Me, in red");
  await savePicture(page);
  await expect(portrait(page)).toHaveAttribute("alt", "Me, in red");
  await expectColour(page, portrait(page), 0.5, 0.5, RED);

  await page.goto("/settings");
  await page.getByRole("link", { name: "Change picture" }).click();
  if (scripts) await awake(page);
  await choose(page, png(BLUE, BLUE));
  await savePicture(page);
  await expectColour(page, portrait(page), 0.5, 0.5, BLUE);

  await page.goto("/profile/avatar");
  await page.getByRole("button", { name: "Remove picture" }).click();
  await page.waitForURL("/profile?saved");
  await expect(portrait(page)).toHaveCount(0);
  await expect(page.locator(".profile-header svg.avatar")).toBeVisible();
  await page.goto("/profile/history");
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.waitForURL("/profile/history?undone");
  await page.goto("/profile");
  await expectColour(page, portrait(page), 0.5, 0.5, BLUE);
});

test("what is no picture is refused, and the one from before stays", { tag: "@no-script" }, async ({ page, username, scripts }) => {
  await signUp(page, username);
  await openPicture(page, scripts);
  await choose(page, png(RED, RED));
  await savePicture(page);
  await openPicture(page, scripts);
  await chooser(page).setInputFiles(file(avif, "me.png"));
  await page.getByLabel("Picture description").fill("Kept");
  await saveButton(page).click();
  await expect(page.getByText(/choose a JPEG, PNG, WebP, GIF or BMP file/).first()).toBeVisible();
  await expect(page.getByLabel("Picture description")).toHaveValue("Kept");
  await expect(chooser(page)).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveTitle(/^Error: /);
  const problem = page.getByRole("alert");
  await expect(problem).toBeFocused();
  await problem.getByRole("link", { name: /choose a JPEG/ }).click();
  await expect(chooser(page)).toBeFocused();
  if (scripts) {
    // Another one takes back what was said of the first.
    await chooser(page).setInputFiles(file(png(BLUE, BLUE)));
    await expect(problem).toBeHidden();
    await expect(page).toHaveTitle(/^Change picture/);
    await expect(chooser(page)).not.toHaveAttribute("aria-invalid");
    page.on("dialog", (leave) => leave.accept());
  }
  await page.goto("/profile");
  await expectColour(page, portrait(page), 0.5, 0.5, RED);
});

test("an editor takes somebody's picture away", async ({ page, browser, username, grant, scripts }) => {
  await signUp(page, username);
  await openPicture(page, scripts);
  await choose(page, png(RED, RED));
  await savePicture(page);
  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL: new URL(page.url()).origin });
  const editor = await context.newPage();
  await signUp(editor, `${username}-ed`);
  grant(`${username}-ed`, "editor");
  await editor.goto(`/u/${username}/edit`);
  await editor.getByRole("button", { name: "Remove picture" }).click();
  await editor.waitForURL(`/u/${username}/edit?saved`);
  await expect(editor.getByRole("button", { name: "Remove picture" })).toHaveCount(0);
  await context.close();
  await page.goto("/profile");
  await expect(portrait(page)).toHaveCount(0);
});

test.describe("with script", { tag: "@script" }, () => {
  test("an error goes the moment it is mended, and not before", async ({ page, username }) => {
    await signUp(page, username);
    await openPicture(page);
    const alt = page.getByLabel("Picture description");
    await chooser(page).setInputFiles(file(png(RED, BLUE)));
    await alt.fill("x".repeat(252));
    await saveButton(page).click();
    const problem = page.getByRole("alert");
    await expect(problem).toContainText("shorten it to 250 characters");
    await alt.press("End");
    await alt.press("Backspace");
    await expect(alt).toHaveValue("x".repeat(251));
    await expect(alt).toHaveAttribute("aria-invalid", "true");
    await expect(problem).toBeVisible();
    await alt.press("Backspace");
    await expect(alt).not.toHaveAttribute("aria-invalid");
    await expect(problem).toBeHidden();
    await expect(page).toHaveTitle(/^Change picture/);
    await savePicture(page);
  });

  test("the square is cropped by keyboard alone", { tag: "@mobile" }, async ({ page, username }) => {
    await signUp(page, username);
    await openPicture(page);
    await choose(page, png(RED, BLUE));
    const view = crop(page);
    await expect(view).toBeVisible();
    await chooser(page).focus();
    await page.keyboard.press("Tab");
    await expect(view).toBeFocused();
    for (let press = 0; press < 30; press++) await page.keyboard.press("ArrowRight");
    // Zoomed in by the slider, turned, and turned back.
    await page.keyboard.press("Tab");
    await expect(page.getByLabel("Zoom")).toBeFocused();
    for (let press = 0; press < 20; press++) await page.keyboard.press("ArrowRight");
    const rotate = page.getByRole("button", { name: "Rotate" });
    await rotate.focus();
    for (let turn = 0; turn < 4; turn++) await page.keyboard.press("Enter");
    await saveButton(page).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("/profile?saved");
    for (const x of [0.1, 0.5, 0.9]) await expectColour(page, portrait(page), x, 0.5, BLUE);
  });

  test("it is dragged, turned, and reset", { tag: "@mobile" }, async ({ page, username }) => {
    await signUp(page, username);
    await openPicture(page);
    await choose(page, png(RED, BLUE));
    const view = crop(page);
    const box = (await view.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + box.width, y, { steps: 5 });
    await page.mouse.up();
    await savePicture(page);
    for (const at of [0.1, 0.9]) await expectColour(page, portrait(page), at, 0.5, RED);

    await openPicture(page);
    await choose(page, png(RED, BLUE));
    await page.getByRole("button", { name: "Move left" }).click();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Rotate" }).click();
    await savePicture(page);
    // What was on the left is above.
    await expectColour(page, portrait(page), 0.5, 0.2, RED);
    await expectColour(page, portrait(page), 0.5, 0.8, BLUE);
  });

  test("what is shown is what is kept", { tag: "@mobile" }, async ({ page, username }) => {
    await signUp(page, username);
    await openPicture(page);
    await choose(page, png(RED, BLUE));
    await page.getByLabel("Zoom").fill("60");
    for (let press = 0; press < 3; press++) await page.getByRole("button", { name: "Move right" }).click();
    const view = crop(page);
    // Where the two colours meet, in parts of the view.
    const seen = await view.evaluate((view) => {
      const [box, image] = [view.getBoundingClientRect(), view.querySelector("img")!.getBoundingClientRect()];
      return (image.left + image.width / 2 - box.left) / box.width;
    });
    await savePicture(page);
    await expectColour(page, portrait(page), seen - 0.04, 0.5, RED);
    await expectColour(page, portrait(page), seen + 0.04, 0.5, BLUE);
  });

  test("it is dropped, or pasted", async ({ page, username }) => {
    await signUp(page, username);
    for (const [way, colour] of [
      ["drop", RED],
      ["paste", BLUE],
    ] as const) {
      await openPicture(page);
      await page.evaluate(
        ([way, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], "me.png", { type: "image/png" }));
          const event =
            way === "drop"
              ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
              : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector(way === "drop" ? "#avatar-form" : "body")!.dispatchEvent(event);
        },
        [way, [...png(colour, colour)]] as const,
      );
      await expect(crop(page)).toBeVisible();
      await savePicture(page);
      await expectColour(page, portrait(page), 0.5, 0.5, colour);
    }
  });

  test("it is called off while it is sent", async ({ page, username }) => {
    await signUp(page, username);
    await openPicture(page);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/profile/avatar", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      await held;
      await route.continue().catch(() => {});
    });
    await choose(page, png(RED, RED));
    await saveButton(page).click();
    await expect(page.getByRole("progressbar")).toBeVisible();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByText("Upload cancelled.")).toBeVisible();
    release();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    // And can be sent after all.
    await savePicture(page);
    await expectColour(page, portrait(page), 0.5, 0.5, RED);
  });

  test("a proxy that does not take so much is named as one", async ({ page, username, quiet }) => {
    await signUp(page, username);
    await openPicture(page);
    await page.route("**/profile/avatar", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ status: 413, contentType: "text/html", body: "<html><h1>413</h1></html>" })
        : route.continue(),
    );
    await choose(page, png(RED, RED));
    await saveButton(page).click();
    await expect(page.getByText("This site’s proxy does not accept the 0.1 MB you sent.").first()).toBeVisible();
    await page.unroute("**/profile/avatar");
    await savePicture(page);
    quiet.length = 0;
  });

  test("one that is chosen while the script is on its way is cropped as well", async ({ page, username }) => {
    await signUp(page, username);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("/profile/avatar", { waitUntil: "domcontentloaded" });
    await choose(page, png(RED, BLUE));
    await expect(crop(page)).toBeHidden();
    release();
    await expect(crop(page)).toBeVisible();
  });

  test("leaving with one that is not saved asks", async ({ page, username }) => {
    await signUp(page, username);
    await page.goto("/profile/edit");
    await awake(page);
    await choose(page, png(RED, RED));
    const asked: string[] = [];
    page.on("dialog", async (dialog) => {
      asked.push(dialog.type());
      await dialog.dismiss();
    });
    await page.getByRole("link", { name: "Cancel" }).click({ noWaitAfter: true });
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await expect(crop(page)).toBeVisible();
    // Whoever has saved it is not asked.
    await saveButton(page).click();
    await expect(page.getByText("Picture saved.")).toBeVisible();
    await page.getByRole("link", { name: "Cancel" }).click();
    await expect(page).toHaveURL("/profile");
    expect(asked).toEqual(["beforeunload"]);
  });

  test("what the site does not take is refused before anybody crops it", async ({ page, username }) => {
    await signUp(page, username);
    await page.goto("/profile/avatar");
    await awake(page);
    let sent = 0;
    page.on("request", (request) => (sent += Number(request.method() === "POST")));
    await chooser(page).setInputFiles(file(avif, "me.jpg"));
    await expect(page.getByText(/choose a JPEG, PNG, WebP, GIF or BMP file/).first()).toBeVisible();
    await expect(crop(page)).toBeHidden();
    await choose(page, png(RED, RED));
    await expect(chooser(page)).not.toHaveAttribute("aria-invalid");
    expect(sent).toBe(0);
    page.on("dialog", (leave) => leave.accept());
  });

  test("while it is sent one writes on, and once it is mended no error is left", async ({ page, username }) => {
    await signUp(page, username);
    await page.goto("/profile/edit");
    await awake(page);
    await chooser(page).setInputFiles(file(avif, "me.png"));
    await saveButton(page).click();
    await expect(page).toHaveTitle(/^Error: Edit profile/);
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/profile/avatar", async (route) => {
      await held;
      await route.continue();
    });
    await choose(page, png(RED, RED));
    await saveButton(page).click();
    await page.getByLabel("Bio").focus();
    release();
    await expect(page.getByText("Picture saved.")).toBeVisible();
    await expect(page.getByLabel("Bio")).toBeFocused();
    await expect(page).toHaveTitle(/^Edit profile/);
  });

  test("beside the editor it is saved at once, and what is typed stays", { tag: "@mobile" }, async ({ page, username }) => {
    await signUp(page, username);
    await page.goto("/profile/edit");
    await awake(page);
    await expect(page.getByRole("link", { name: "Remove picture" })).toHaveCount(0);
    await page.getByLabel("Bio").fill("Not saved yet");
    await choose(page, png(RED, RED));
    await saveButton(page).click();
    await expect(page.getByText("Picture saved.")).toBeVisible();
    await expect(page).toHaveURL("/profile/edit");
    await expect(page.getByLabel("Bio")).toHaveValue("Not saved yet");
    await expect(page.locator(".preview img.avatar")).toBeVisible();
    await expect(page.getByRole("link", { name: "Remove picture" })).toBeVisible();
    await page.getByRole("button", { name: "Save profile" }).click();
    await page.waitForURL("/profile?saved");
    await expect(page.getByText("Not saved yet")).toBeVisible();
    await expectColour(page, portrait(page), 0.5, 0.5, RED);
    await expect(page.getByText("kept")).toHaveCount(0);
  });
});

test("initials look like what somebody would write, and can be read on every colour", { tag: "@script" }, async ({ page, username }) => {
  await signUp(page, username);
  await page.goto("/profile");
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const contrasts = await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      const luminance = (colour: string) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
          const linear = part / 255;
          return linear <= 0.04045 ? linear / 12.92 : ((linear + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const avatar = document.querySelector("svg.avatar")!;
      return Array.from({ length: 8 }, (_, colour) => {
        avatar.setAttribute("class", `avatar hue-${colour}`);
        const fill = (name: string) => luminance(getComputedStyle(avatar.querySelector(name)!).fill);
        const [light, dark] = [fill("text"), fill("circle")].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
      });
    });
    for (const contrast of contrasts) expect(contrast, scheme).toBeGreaterThanOrEqual(4.5);
    expect(new Set(contrasts).size, "the colours differ").toBeGreaterThan(3);
  }
});
