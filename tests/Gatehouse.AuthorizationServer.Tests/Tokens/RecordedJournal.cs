using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Keeps what is recorded.</summary>
internal sealed class RecordedJournal : IAuthorizationJournal
{
    private readonly ConcurrentQueue<string> texts = [];
    private readonly ConcurrentQueue<string> alarms = [];
    private readonly ConcurrentQueue<(CallerPartition, AttemptEndpoint, string?, string?)> attempts = [];
    private readonly ConcurrentQueue<string> strangers = [];

    public IReadOnlyCollection<string> Alarms => alarms;

    /// <summary>Acts that were counted to the address block of a stranger.</summary>
    public IReadOnlyCollection<string> Strangers => strangers;

    /// <summary>Attempts to authenticate, in their order.</summary>
    public IReadOnlyCollection<(CallerPartition Peer, AttemptEndpoint Place, string? Refusal, string? Client)> Attempts => attempts;

    /// <summary>All acts, each with its facts.</summary>
    public IReadOnlyCollection<string> Acts => texts;

    public string Text => string.Join('\n', texts);

    public bool IsAvailable { get; set; } = true;

    /// <summary>False for a log that accepts entries and cannot make them durable.</summary>
    public bool IsDurable { get; set; } = true;

    /// <summary>Runs when an act is recorded.</summary>
    public Action<string>? WhenNoted { get; set; }

    /// <summary>Forgets what was recorded, so that a test of memory does not measure it.</summary>
    public void Forget()
    {
        texts.Clear();
        alarms.Clear();
        attempts.Clear();
        strangers.Clear();
    }

    public void Note(string act, params (string Name, string Value)[] facts)
    {
        texts.Enqueue($"{act} {string.Join(' ', facts)}");
        WhenNoted?.Invoke(act);
    }

    public ValueTask<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
    {
        if (IsDurable) Note(act, facts);
        return ValueTask.FromResult(IsDurable);
    }

    public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts)
    {
        strangers.Enqueue(act);
        Note(act, facts);
        return $"entry-{strangers.Count}";
    }

    public void Attempt(CallerPartition peer, AttemptEndpoint place, string? refusal, string? client = null) =>
        attempts.Enqueue((peer, place, refusal, client));

    public void SignInFailed(CallerPartition peer, string provider, string fault) =>
        NoteOf(peer, "oauth.signin.fault", ("provider", provider), ("fault", fault));

    public ValueTask AlarmAsync(string kind, params (string Name, string Value)[] facts)
    {
        alarms.Enqueue(kind);
        texts.Enqueue($"{kind} {string.Join(' ', facts)}");
        return ValueTask.CompletedTask;
    }

    public void AlarmOf(CallerPartition peer, string kind, params (string Name, string Value)[] facts)
    {
        strangers.Enqueue(kind);
        alarms.Enqueue(kind);
        texts.Enqueue($"{kind} {string.Join(' ', facts)}");
    }
}
