using Gatehouse.Audit;

namespace Gatehouse.Gateway.Tests.Quarantine;

/// <summary>A log that refuses control entries on request, and takes those of exchanges.</summary>
internal sealed class BrokenControlLog : IAuditLog
{
    private readonly List<AuditEntry> durable = [];

    public bool IsBroken { get; set; }

    /// <summary>Returns whether a control entry is refused, as one of a caller whose part of the log is spent.</summary>
    public Func<AuditEntry, bool> Refuses { get; set; } = static _ => false;

    public bool IsAvailable => true;

    public AuditLogStatistics Statistics => default;

    /// <summary>Acts about withheld results, in their order.</summary>
    public IReadOnlyList<string> Acts()
    {
        lock (durable)
            return
            [
                .. durable.SelectMany(static entry => entry.Facts).Where(static fact => fact.Key == "act").Select(static fact => fact.Value)
                    .Where(static act => act.StartsWith("quarantine.", StringComparison.Ordinal)),
            ];
    }

    /// <summary>The facts of the entries whose act begins with a word, in their order.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> EntriesOf(string word)
    {
        lock (durable)
            return
            [
                .. durable.Select(static entry => entry.Facts.ToDictionary(static fact => fact.Key, static fact => fact.Value))
                    .Where(facts => facts.TryGetValue("act", out var act) && act.StartsWith(word, StringComparison.Ordinal)),
            ];
    }

    public ValueTask AppendDurableAsync(AuditEntry entry)
    {
        if (entry.Kind == AuditEntryKind.Control && (IsBroken || Refuses(entry))) throw new AuditUnavailableException("broken for the test");
        lock (durable) durable.Add(entry);
        return ValueTask.CompletedTask;
    }

    public bool TryAppend(AuditEntry entry) => true;

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
