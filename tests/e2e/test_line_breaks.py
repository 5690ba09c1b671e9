"""Words that belong together stay on one line."""

from tests.shelf import FILES, put


def test_a_number_and_its_unit_stay_together_in_the_note_on_room(juku, visit):
    put(juku.video, FILES / "english.mp4", juku.tanaka)
    visitor = visit()
    visitor.sign_in(juku.midori.username)
    page = visitor.go("/office/storage/?by=teacher")

    broken = []
    for width in range(900, 1300, 4):
        page.set_viewport_size({"width": width, "height": 800})
        lines = page.locator(".storage-note").evaluate(
            """note => {
                const texts = document.createTreeWalker(note, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                    const at = texts.currentNode.data.indexOf("1 日");
                    if (at < 0) continue;
                    const range = new Range();
                    range.setStart(texts.currentNode, at);
                    range.setEnd(texts.currentNode, at + 3);
                    return new Set([...range.getClientRects()].map((box) => box.top)).size;
                }
            }"""
        )
        if lines != 1:
            broken.append((width, lines))
    assert broken == []
