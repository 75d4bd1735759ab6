namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Texts that people were shown, in memory: an answer counts only for a text that this person was shown by the same way. After a restart people look
/// at a question again.
/// </summary>
internal sealed class ShownApprovals
{
    private const int MostPeople = 8;
    private const int MostQuestions = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Showing>> shown = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>Notes that a person is shown a text. Kept are the last eight people of a question, and the 10,000 questions
    /// whose first showing is the newest.</summary>
    public void Note(string id, Showing showing)
    {
        lock (gate)
        {
            if (!shown.TryGetValue(id, out var all))
            {
                if (shown.Count == MostQuestions) shown.Remove(order.Dequeue());
                shown[id] = all = [];
                order.Enqueue(id);
            }

            all.RemoveAll(one => one.IsFor(showing.Issuer, showing.Subject, showing.Way));
            if (all.Count == MostPeople) all.RemoveAt(0);
            all.Add(showing);
        }
    }

    /// <summary>Returns the newest text that a person was shown by a way; null where there is none.</summary>
    public Showing? Find(string id, string issuer, string subject, string way)
    {
        lock (gate) return shown.TryGetValue(id, out var all) ? all.Find(one => one.IsFor(issuer, subject, way)) : null;
    }
}

/// <summary>A text that a person was shown.</summary>
/// <param name="Issuer">Issuer of the person.</param>
/// <param name="Subject">The person at the issuer.</param>
/// <param name="Way">The way by which it was shown.</param>
/// <param name="Digest">SHA-256 of the text.</param>
/// <param name="At">The moment.</param>
internal sealed record Showing(string Issuer, string Subject, string Way, ReadOnlyMemory<byte> Digest, DateTimeOffset At)
{
    /// <summary>False for a summary without the arguments of the call, after which the person can only deny.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Returns whether this person was shown it by this way.</summary>
    public bool IsFor(string issuer, string subject, string way) => Issuer == issuer && Subject == subject && Way == way;
}
