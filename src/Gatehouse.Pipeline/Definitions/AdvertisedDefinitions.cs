using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The definitions of one server that a caller was shown in one session. A definition that changes is stopped there: a person approved the first one,
/// and a model began to work with it (TP-02, rug pull). It is accepted again when a person approves the new definition after the first was shown, or
/// with the next session. A definition that changes back stays stopped: a server that alternates is no better than one that changed. Bounded; safe
/// for concurrent use.
/// </summary>
public sealed class AdvertisedDefinitions
{
    /// <summary>The slot of a session that holds it.</summary>
    public static readonly ConversationSlot<AdvertisedDefinitions> Slot = new(static () => new AdvertisedDefinitions());

    /// <summary>Most definitions remembered in addition to those of the first list of each kind. Later definitions are withheld.</summary>
    public const int Most = 10_000;

    private const int Kinds = (int)DefinitionKind.ServerInfo + 1;

    private readonly Lock gate = new();
    private readonly EvaluatedList?[] last = new EvaluatedList?[Kinds];
    private readonly First?[] first = new First?[Kinds];
    private Dictionary<(DefinitionKind Kind, string Name), Told>? later;
    private Dictionary<(DefinitionKind Kind, string Name), string>? stopped;
    private bool isFull;

    /// <summary>Records the server's current list. Cheap when the list is unchanged.</summary>
    public void Observe(DefinitionKind kind, EvaluatedList list, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(list);
        if (ReferenceEquals(Volatile.Read(ref last[(int)kind]), list)) return;
        lock (gate)
        {
            if (first[(int)kind] is null) first[(int)kind] = new First(list, now);
            else foreach (var (name, definition) in list.Definitions) Compare(kind, name, definition, now);
            Volatile.Write(ref last[(int)kind], list);
        }
    }

    /// <summary>
    /// Records instructions, capabilities or server information, and returns the reason why they are withheld here; null when they are not.
    /// </summary>
    public string? Observe(DefinitionKind kind, EvaluatedDefinition definition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        lock (gate)
        {
            Compare(kind, "", definition, now);
            return WhyStopped((kind, ""));
        }
    }

    /// <summary>Returns the reason why the definition is withheld in this session; null when it is not.</summary>
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
        // The times of approvals are in whole seconds.
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
        else isFull = true; // a server with so many definitions is not trusted at all any more
        Volatile.Write(ref stopped, all);
    }

    private sealed record First(EvaluatedList List, DateTimeOffset At);

    private readonly record struct Told(string Digest, DateTimeOffset At);
}
