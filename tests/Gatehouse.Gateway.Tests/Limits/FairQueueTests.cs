using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Refusals;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Places are given in turn: asserted by the order in which they are given, not by time.</summary>
[Trait("Requirement", "EX-03")]
[Trait("NoRetry", "yes")]
public sealed class FairQueueTests
{
    private static readonly CallerPartition Mallory = CallerPartition.Of("i", "mallory");
    private static readonly CallerPartition Alice = CallerPartition.Of("i", "alice");
    private static readonly CallerPartition Bob = CallerPartition.Of("i", "bob");

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task AFlood_CostsAnotherCallerOneTurnAndNoMore()
    {
        var queue = new FairQueue(clock);
        var bounds = new QueueBounds(1, 12, 100, 1000, TimeSpan.FromMinutes(1));
        var order = new List<string>();
        var place = await queue.WaitAsync(Mallory, bounds, default);
        var waits = Enumerable.Range(0, 50).Select(i => NoteAsync(queue.WaitAsync(Mallory, bounds, default), "mallory", order)).ToList();
        waits.Add(NoteAsync(queue.WaitAsync(Alice, bounds, default), "alice", order));
        waits.Add(NoteAsync(queue.WaitAsync(Bob, bounds, default), "bob", order));
        waits.Add(NoteAsync(queue.WaitAsync(Alice, bounds, default), "alice", order));
        Assert.Equal(53, queue.Waiting);

        place.Dispose();
        for (var i = 0; i < 53; i++) await NextAsync(waits, order);
        Assert.Equal(["mallory", "alice", "bob", "mallory", "alice"], order.Take(5));
        Assert.Equal(53, order.Count);
        Assert.Equal((0, 0), (queue.Waiting, queue.Taken));
    }

    [Fact]
    public async Task LinesAreBounded_ForEachCallerAndInTotal()
    {
        var queue = new FairQueue(clock);
        var bounds = new QueueBounds(1, 12, 2, 3, TimeSpan.FromMinutes(1));
        using var place = await queue.WaitAsync(Mallory, bounds, default);
        var first = queue.WaitAsync(Mallory, bounds, default).AsTask();
        var second = queue.WaitAsync(Mallory, bounds, default).AsTask();
        await Assert.ThrowsAsync<RefusalException>(() => queue.WaitAsync(Mallory, bounds, default).AsTask());
        var third = queue.WaitAsync(Alice, bounds, default).AsTask();
        var refused = await Assert.ThrowsAsync<RefusalException>(() => queue.WaitAsync(Bob, bounds, default).AsTask());
        Assert.Equal(Reasons.TooBusy, refused.Refusal.Reason);
        Assert.All([first, second, third], task => Assert.False(task.IsCompleted));
        Assert.Equal(3, queue.Waiting);
    }

    [Fact]
    public async Task WhoWaitsTooLong_OrLeaves_LosesHerTurnAndHoldsNothing()
    {
        var queue = new FairQueue(clock);
        var bounds = new QueueBounds(1, 12, 10, 10, TimeSpan.FromSeconds(10));
        var place = await queue.WaitAsync(Mallory, bounds, default);
        using var gone = new CancellationTokenSource();
        var leaving = queue.WaitAsync(Alice, bounds, gone.Token).AsTask();
        var late = queue.WaitAsync(Bob, bounds, default).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        clock.Advance(TimeSpan.FromSeconds(11));
        var refused = await Assert.ThrowsAsync<RefusalException>(() => late);
        Assert.Equal(Reasons.TooBusy, refused.Refusal.Reason);
        Assert.Equal(0, queue.Waiting);
        place.Dispose();
        place.Dispose(); // twice gives one place
        Assert.Equal(0, queue.Taken);
        (await queue.WaitAsync(Alice, bounds, default)).Dispose();
    }

    [Fact]
    public async Task NewcomersDoNotOvertakeThoseWhoWait()
    {
        var queue = new FairQueue(clock);
        var bounds = new QueueBounds(1, 12, 10, 10, TimeSpan.FromSeconds(10));
        var place = await queue.WaitAsync(Mallory, bounds, default);
        var waiting = queue.WaitAsync(Alice, bounds, default).AsTask();
        Assert.Null(queue.TryEnter(Bob, bounds with { Places = 2 }));
        place.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task RequestsOfOneCallerThatNeverEnd_LeaveOthersHalfOfThePlaces()
    {
        var queue = new FairQueue(clock);
        var bounds = new QueueBounds(8, 12, 100, 1000, TimeSpan.FromMinutes(1));
        var held = new List<IDisposable>();
        while (queue.TryEnter(Mallory, bounds) is { } place) held.Add(place);
        Assert.Equal(4, held.Count);
        var waits = Enumerable.Range(0, 20).Select(_ => queue.WaitAsync(Mallory, bounds, default).AsTask()).ToList();

        // Others find their part at once, although requests of mallory wait; and beyond it they wait as well.
        var own = Enumerable.Range(0, 4).Select(i => queue.TryEnter(CallerPartition.Of("i", $"user{i}"), bounds)).ToList();
        Assert.DoesNotContain(null, own);
        var late = queue.WaitAsync(Alice, bounds, default).AsTask();
        Assert.False(late.IsCompleted);
        own[0]!.Dispose();
        (await late).Dispose(); // alice, not one of mallory's twenty
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));

        // Alone again, mallory is held to half and no longer to the part.
        own.ForEach(place => place!.Dispose());
        held[0].Dispose();
        Assert.Equal(4, queue.Taken);
        await Eventually.TrueAsync(() => waits.Count(wait => wait.IsCompleted) == 1, "one of those who wait has the place");
    }

    // Places change hands on other threads: the next one is asked for when the last was noted.
    private static async Task NextAsync(List<Task<IDisposable>> waits, List<string> order)
    {
        var given = waits.FindIndex(task => task.IsCompletedSuccessfully);
        while (given < 0)
        {
            await Task.WhenAny(waits);
            given = waits.FindIndex(task => task.IsCompletedSuccessfully);
        }

        var place = await waits[given];
        waits[given] = new TaskCompletionSource<IDisposable>().Task;
        Assert.NotEmpty(order);
        place.Dispose();
    }

    private static async Task<IDisposable> NoteAsync(ValueTask<IDisposable> wait, string name, List<string> order)
    {
        var place = await wait;
        order.Add(name);
        return place;
    }
}
