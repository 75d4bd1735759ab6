using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Recording;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// What a caller was told of the definitions of one server in one session. What becomes another one is stopped there: a
/// person approved, and a model began to work with, the first (TP-02, rug pull). It goes on when somebody approved the new one
/// after the first was told, or with the next session. A definition that changes back stays stopped: a server that alternates is
/// no better than one that changed. Bounded; safe for concurrent use.
/// </summary>
public sealed class AdvertisedDefinitions
{
    /// <summary>Where a session keeps it.</summary>
    public static readonly ConversationSlot<AdvertisedDefinitions> Slot = new(static () => new AdvertisedDefinitions());

    /// <summary>Most definitions remembered beside those of the first list of each kind; what comes after them is withheld.</summary>
    public const int Most = 10_000;

    private const int Kinds = (int)DefinitionKind.ServerInfo + 1;

    private readonly Lock gate = new();
    private readonly EvaluatedList?[] last = new EvaluatedList?[Kinds];
    private readonly First?[] first = new First?[Kinds];
    private Dictionary<(DefinitionKind Kind, string Name), Told>? later;
    private Dictionary<(DefinitionKind Kind, string Name), string>? stopped;
    private bool isFull;

    /// <summary>Notes what the server says now. Cheap when it says what it said before.</summary>
    public void Observe(DefinitionKind kind, EvaluatedList list, ExchangeRecord record)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(record);
        if (ReferenceEquals(Volatile.Read(ref last[(int)kind]), list)) return;
        var now = record.Now;
        lock (gate)
        {
            if (first[(int)kind] is null) first[(int)kind] = new First(list, now);
            else foreach (var (name, definition) in list.Definitions) Compare(kind, name, definition, now);
            Volatile.Write(ref last[(int)kind], list);
        }
    }

    /// <summary>Notes instructions, capabilities or server information, and says why they are withheld here; null when they are not.</summary>
    public string? Observe(DefinitionKind kind, EvaluatedDefinition definition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        lock (gate)
        {
            Compare(kind, "", definition, now);
            return WhyStopped((kind, ""));
        }
    }

    /// <summary>Why the definition is withheld in this session; null when it is not.</summary>
    public string? Stopped(DefinitionKind kind, string name)
    {
        if (Volatile.Read(ref stopped) is null) return null;
        lock (gate) return WhyStopped((kind, name));
    }

    private string? WhyStopped((DefinitionKind Kind, string Name) key) =>
        stopped?.GetValueOrDefault(key) ?? (isFull ? WithheldReasons.TooManyInSession : null);

    private void Compare(DefinitionKind kind, string name, EvaluatedDefinition now, DateTimeOffset at)
    {
        var key = (kind, name);
        if (Before(key) is not { } before)
        {
            Remember(key, new Told(now.Digest, at));
            return;
        }

        var isStopped = stopped is not null && stopped.ContainsKey(key);
        if (!isStopped && before.Digest == now.Digest) return;
        // Approvals have whole seconds.
        if (now.Withheld is null && now.ApprovedAt is { } approved && approved.AddSeconds(1) > before.At)
        {
            stopped?.Remove(key);
            Remember(key, new Told(now.Digest, at));
        }
        else
        {
            Stop(key, WithheldReasons.ChangedInSession);
        }
    }

    private Told? Before((DefinitionKind Kind, string Name) key)
    {
        if (later is not null && later.TryGetValue(key, out var told)) return told;
        return first[(int)key.Kind] is { } begun && begun.List.Find(key.Name) is { } known ? new Told(known.Digest, begun.At) : null;
    }

    private void Remember((DefinitionKind Kind, string Name) key, Told told)
    {
        later ??= [];
        if (later.Count >= Most && !later.ContainsKey(key)) Stop(key, WithheldReasons.TooManyInSession);
        else later[key] = told;
    }

    private void Stop((DefinitionKind Kind, string Name) key, string reason)
    {
        var all = stopped ?? [];
        if (all.Count < 2 * Most) all[key] = reason;
        else isFull = true; // a server that says so much is not believed at all any more
        Volatile.Write(ref stopped, all);
    }

    private sealed record First(EvaluatedList List, DateTimeOffset At);

    private readonly record struct Told(string Digest, DateTimeOffset At);
}
