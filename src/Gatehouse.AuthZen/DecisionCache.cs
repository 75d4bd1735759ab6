using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Partitions;
using Gatehouse.Policy.Decisions;
using Gatehouse.Settings;

namespace Gatehouse.AuthZen;

/// <summary>
/// Cache of answers, and of the questions in progress. It is bounded; the answer whose last use is longest ago is evicted first. Faults are never
/// remembered. A question names its caller, so no caller gets the answer to another caller's question. Each snapshot has its own table, so no answer
/// outlives the configuration that it was asked under.
/// </summary>
/// <remarks>
/// The threat: one caller asks about so many names that the questions of others find no place and their answers are evicted (CWE-770). Beyond its
/// part, a caller may have questions in progress only while less than half of the places are taken. Beyond its part, a further answer evicts the
/// caller's own answer whose last use is longest ago. Callers do not share questions in progress: each asker has its own entry.
/// </remarks>
/// <param name="settings">The bounds.</param>
/// <param name="callerShare">Percentage of them that one caller gets, 1 to 100.</param>
/// <param name="time">The clock.</param>
internal sealed class DecisionCache(DecisionCacheSettings settings, int callerShare, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<EvaluationKey, Entry> answers = [];
    private readonly LinkedList<Entry> byUse = [];
    private readonly Dictionary<CallerPartition, LinkedList<Entry>> ofCallers = [];
    private readonly Dictionary<(CallerPartition Caller, EvaluationKey Key), Flight> underWay = [];
    private readonly PartitionedBudget places = new();

    /// <summary>Number of answers remembered now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return answers.Count;
        }
    }

    /// <summary>Returns the answer while it is valid.</summary>
    public bool TryGet(EvaluationKey key, [NotNullWhen(true)] out EvaluationResponse? answer)
    {
        lock (gate) return TryFind(key, out answer);
    }

    /// <summary>
    /// Joins a question that this caller has in progress, or starts one; then <c>isNew</c> is set and the caller of this method must ask it. Returns
    /// null when too many questions are in progress, of this caller or of all.
    /// </summary>
    public Task<EvaluationResponse>? Join(CallerPartition caller, EvaluationKey key, out bool isNew)
    {
        lock (gate)
        {
            isNew = false;
            if (TryFind(key, out var answer)) return Task.FromResult(answer);
            if (underWay.TryGetValue((caller, key), out var flight)) return flight.Answer.Task;
            if (places.TryTakePlace(caller, settings.Entries, callerShare) != PartitionedVerdict.Taken) return null;
            isNew = true;
            flight = new Flight(caller, new TaskCompletionSource<EvaluationResponse>(TaskCreationOptions.RunContinuationsAsynchronously));
            underWay.Add((caller, key), flight);
            return flight.Answer.Task;
        }
    }

    /// <summary>Gives the answer to all who wait for it, and remembers it for its lifetime.</summary>
    public void Complete(CallerPartition caller, EvaluationKey key, EvaluationResponse answer)
    {
        Flight? flight;
        lock (gate)
        {
            if (!underWay.Remove((caller, key), out flight)) return;
            places.Return(flight.Caller, 1);
            var life = LifeOf(answer);
            if (life > TimeSpan.Zero) Put(new Entry(flight.Caller, key, answer, time.GetUtcNow() + life));
        }

        flight.Answer.TrySetResult(answer);
    }

    private TimeSpan LifeOf(EvaluationResponse answer) => answer.Outcome switch
    {
        ExternalOutcome.Permitted => settings.Positive,
        ExternalOutcome.Denied or ExternalOutcome.ObligationUnknown => settings.Negative,
        _ => TimeSpan.Zero,
    };

    private bool TryFind(EvaluationKey key, [NotNullWhen(true)] out EvaluationResponse? answer)
    {
        answer = null;
        if (!answers.TryGetValue(key, out var entry)) return false;
        if (time.GetUtcNow() >= entry.Until)
        {
            TakeOut(entry);
            return false;
        }

        byUse.Remove(entry.ByUse);
        byUse.AddFirst(entry.ByUse);
        var own = ofCallers[entry.Caller];
        own.Remove(entry.OfCaller);
        own.AddFirst(entry.OfCaller);
        answer = entry.Answer;
        return true;
    }

    private void Put(Entry entry)
    {
        if (answers.TryGetValue(entry.Key, out var earlier)) TakeOut(earlier);
        var own = ofCallers.GetValueOrDefault(entry.Caller);
        if (own is not null && PartitionedBudget.IsHeldToPart(answers.Count, settings.Entries, own.Count, callerShare)) TakeOut(own.Last!.Value);
        else if (answers.Count >= settings.Entries) TakeOut(byUse.Last!.Value);
        PutFirst(entry);
    }

    private void PutFirst(Entry entry)
    {
        answers.Add(entry.Key, entry);
        byUse.AddFirst(entry.ByUse);
        if (!ofCallers.TryGetValue(entry.Caller, out var own)) ofCallers.Add(entry.Caller, own = []);
        own.AddFirst(entry.OfCaller);
    }

    private void TakeOut(Entry entry)
    {
        answers.Remove(entry.Key);
        byUse.Remove(entry.ByUse);
        var own = ofCallers[entry.Caller];
        own.Remove(entry.OfCaller);
        if (own.Count == 0) ofCallers.Remove(entry.Caller); // nothing remains of a caller without answers
    }

    private sealed record Flight(CallerPartition Caller, TaskCompletionSource<EvaluationResponse> Answer);

    private sealed class Entry
    {
        public Entry(CallerPartition caller, EvaluationKey key, EvaluationResponse answer, DateTimeOffset until)
        {
            (Caller, Key, Answer, Until) = (caller, key, answer, until);
            ByUse = new LinkedListNode<Entry>(this);
            OfCaller = new LinkedListNode<Entry>(this);
        }

        public CallerPartition Caller { get; }

        public EvaluationKey Key { get; }

        public EvaluationResponse Answer { get; }

        public DateTimeOffset Until { get; }

        public LinkedListNode<Entry> ByUse { get; }

        public LinkedListNode<Entry> OfCaller { get; }
    }
}
