"""The slots that all files of a page share: how many parts travel at a time, and whose."""

import pytest

# Makes jobs that end when they are told to, and notes who is running.
BENCH = """
const { Slots } = await import("/static/elearning/js/upload-slots.js");
const slots = new Slots();
const running = new Map();
const started = [];
const job = (name, order, signal = new AbortController().signal) =>
  slots
    .use(order, signal, () => {
      started.push(name);
      return new Promise((resolve) => running.set(name, resolve));
    })
    .finally(() => running.delete(name))
    .catch((reason) => started.push(`${name}: ${reason}`));
const end = async (name) => {
  running.get(name)();
  await settled();
};
const settled = () => new Promise((resolve) => setTimeout(resolve));
"""


@pytest.fixture
def run(visit):
    """`run(script)` runs it behind BENCH, and gives what it returns."""
    page = visit().go("/login/")
    return lambda script: page.evaluate(f"async () => {{ {BENCH} {script} }}")


def test_four_travel_at_a_time(run):
    script = 'for (const name of "abcdef") job(name, 1); await settled(); return started'
    assert run(script) == list("abcd")


def test_the_file_that_was_chosen_first_goes_first(run):
    script = """
      for (const name of ["b1", "b2", "b3", "b4", "b5", "b6"]) job(name, 2);
      job("a5", 1);
      await settled();
      await end("b1");
      await end("b2");
      return started.slice(4)
    """
    assert run(script) == ["a5", "b5"]


def test_troubles_halve_them_down_to_one_and_each_success_gives_one_back(run):
    script = """
      const limits = [];
      for (const step of ["slower", "slower", "slower", "faster", "faster", "faster", "faster"]) {
        slots[step]();
        limits.push(slots.limit);
      }
      return limits
    """
    assert run(script) == [2, 1, 1, 2, 3, 4, 4]


def test_with_fewer_slots_no_more_start_until_enough_have_ended(run):
    script = """
      for (const name of "abcdef") job(name, 1);
      await settled();
      slots.slower();
      await end("a");
      await end("b");
      const before = started.length;
      await end("c");
      return [before, started.length]
    """
    assert run(script) == [4, 5]


def test_who_is_cancelled_while_waiting_takes_no_slot(run):
    script = """
      for (const name of "abcd") job(name, 1);
      const controller = new AbortController();
      job("cancelled", 1, controller.signal);
      job("next", 1);
      controller.abort("gone");
      await settled();
      await end("a");
      return started.slice(4)
    """
    assert run(script) == ["cancelled: gone", "next"]


def test_who_was_cancelled_before_does_not_even_wait(run):
    script = """
      job("late", 1, AbortSignal.abort("gone"));
      await settled();
      return [started, slots.taken]
    """
    assert run(script) == [["late: gone"], 0]


def test_a_failed_part_gives_its_slot_back(run):
    script = """
      await slots.use(1, new AbortController().signal, () => Promise.reject(1)).catch(() => 0);
      return slots.taken
    """
    assert run(script) == 0
