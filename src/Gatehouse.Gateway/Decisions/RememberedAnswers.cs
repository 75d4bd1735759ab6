using System.Diagnostics.CodeAnalysis;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Decisions;

/// <summary>
/// Answers to questions asked before, and the questions under way. Bounded; the one used longest ago goes first. Faults are never
/// remembered. A question names its caller, so no caller meets the answer to another's; a snapshot has a table of its own, so
/// no answer outlives the configuration it was asked under.
/// </summary>
internal sealed class RememberedAnswers(DecisionCacheSettings settings, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<QuestionKey, LinkedListNode<Entry>> answers = [];
    private readonly LinkedList<Entry> byUse = [];
    private readonly Dictionary<QuestionKey, TaskCompletionSource<ExternalAnswer>> underWay = [];

    /// <summary>Answers remembered now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return answers.Count;
        }
    }

    /// <summary>The answer, while it counts.</summary>
    public bool TryGet(QuestionKey key, [NotNullWhen(true)] out ExternalAnswer? answer)
    {
        lock (gate) return TryFind(key, out answer);
    }

    /// <summary>
    /// The answer to come: of a question that somebody else is asking already, or of one that is to be asked by the one who gets
    /// <c>isNew</c>. Null when too many questions are under way.
    /// </summary>
    public Task<ExternalAnswer>? Join(QuestionKey key, out bool isNew)
    {
        lock (gate)
        {
            isNew = false;
            if (TryFind(key, out var answer)) return Task.FromResult(answer);
            if (underWay.TryGetValue(key, out var flight)) return flight.Task;
            if (underWay.Count >= settings.Entries) return null;
            isNew = true;
            flight = new TaskCompletionSource<ExternalAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            underWay.Add(key, flight);
            return flight.Task;
        }
    }

    /// <summary>Gives all who wait the answer, and remembers it while it counts.</summary>
    public void Complete(QuestionKey key, ExternalAnswer answer)
    {
        TaskCompletionSource<ExternalAnswer>? flight;
        lock (gate)
        {
            underWay.Remove(key, out flight);
            var life = LifeOf(answer);
            if (life > TimeSpan.Zero) Put(new Entry(key, answer, time.GetUtcNow() + life));
        }

        flight?.TrySetResult(answer);
    }

    private TimeSpan LifeOf(ExternalAnswer answer) => answer.Outcome switch
    {
        ExternalOutcome.Permitted => settings.Positive,
        ExternalOutcome.Denied or ExternalOutcome.ObligationUnknown => settings.Negative,
        _ => TimeSpan.Zero,
    };

    private bool TryFind(QuestionKey key, [NotNullWhen(true)] out ExternalAnswer? answer)
    {
        answer = null;
        if (!answers.TryGetValue(key, out var node)) return false;
        byUse.Remove(node);
        if (time.GetUtcNow() >= node.Value.Until)
        {
            answers.Remove(key);
            return false;
        }

        byUse.AddFirst(node);
        answer = node.Value.Answer;
        return true;
    }

    private void Put(Entry entry)
    {
        if (answers.Remove(entry.Key, out var earlier)) byUse.Remove(earlier);
        if (answers.Count >= settings.Entries)
        {
            answers.Remove(byUse.Last!.Value.Key);
            byUse.RemoveLast();
        }

        answers.Add(entry.Key, byUse.AddFirst(entry));
    }

    private sealed record Entry(QuestionKey Key, ExternalAnswer Answer, DateTimeOffset Until);
}
