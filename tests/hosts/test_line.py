"""Who waits for the compiler."""

import asyncio

from netloom.hosts.line import Line


async def served(sizes: list[int]) -> list[int]:
    """In which order they are served who all come while one is being served."""
    line, order = Line(), list[int]()
    release = asyncio.Event()

    async def one(size: int) -> None:
        async with line.turn(size):
            order.append(size)
            await release.wait()

    tasks = [asyncio.create_task(one(size)) for size in sizes]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*tasks)
    return order


async def test_who_has_less_to_do_goes_first() -> None:
    assert await served([9, 30, 29, 31, 2, 5]) == [9, 2, 5, 30, 29, 31]


async def test_equals_are_served_in_the_order_in_which_they_came() -> None:
    assert await served([4] * 5) == [4] * 5


async def test_nobody_waits_for_ever() -> None:
    order = await served([1, 20, *[1] * 100])
    assert order.index(20) == 19


async def test_who_goes_away_holds_nobody_up() -> None:
    line, inside = Line(), asyncio.Event()

    async def one() -> None:
        async with line.turn(1):
            inside.set()

    async with line.turn(1):
        gone, next_one = asyncio.create_task(one()), asyncio.create_task(one())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    await asyncio.wait_for(next_one, 1)
    assert inside.is_set()


async def test_everybody_is_told_how_many_are_served_first() -> None:
    line, told, release = Line(), dict[str, list[int]](), asyncio.Event()

    async def one(name: str, size: int) -> None:
        async with line.turn(size, told.setdefault(name, []).append):
            await release.wait()

    tasks = [asyncio.create_task(one(*who)) for who in (("first", 1), ("large", 9), ("small", 1), ("gone", 9))]
    tasks.append(asyncio.create_task(one("last", 9)))
    await asyncio.sleep(0)
    tasks[3].cancel()
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert told == {"first": [], "large": [1, 2, 1, 0], "small": [1, 0], "gone": [3], "last": [4, 3, 2, 1, 0]}


async def test_a_turn_that_fails_is_over() -> None:
    line = Line()
    try:
        async with line.turn(1):
            raise ValueError
    except ValueError:
        pass
    async with asyncio.timeout(1), line.turn(1):
        pass


async def test_who_gives_up_in_the_moment_of_its_turn_passes_it_on() -> None:
    line, served = Line(), list[str]()

    async def one(name: str) -> None:
        async with line.turn(0):
            served.append(name)

    async with line.turn(0):
        hasty, patient = (asyncio.create_task(one(name)) for name in ("hasty", "patient"))
        await asyncio.sleep(0)
        hasty.cancel()
    await asyncio.wait_for(patient, 10)

    assert served == ["patient"]
    assert line.length == 0
