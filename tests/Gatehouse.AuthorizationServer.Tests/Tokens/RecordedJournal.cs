using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Keeps what is recorded.</summary>
internal sealed class RecordedJournal : IAuthorizationJournal
{
    private readonly ConcurrentQueue<string> texts = [];
    private readonly ConcurrentQueue<string> alarms = [];
    private readonly ConcurrentQueue<string> strangers = [];

    public IReadOnlyCollection<string> Alarms => alarms;

    /// <summary>Acts that were counted to the address block of a stranger.</summary>
    public IReadOnlyCollection<string> Strangers => strangers;

    /// <summary>All acts, each with its facts.</summary>
    public IReadOnlyCollection<string> Acts => texts;

    public string Text => string.Join('\n', texts);

    public void Note(string act, params (string Name, string Value)[] facts) => texts.Enqueue($"{act} {string.Join(' ', facts)}");

    public string NoteOf(CallerPartition peer, string act, params (string Name, string Value)[] facts)
    {
        strangers.Enqueue(act);
        Note(act, facts);
        return $"entry-{strangers.Count}";
    }

    public void SignInFailed(CallerPartition peer, string provider, string fault) =>
        NoteOf(peer, "oauth.signin.fault", ("provider", provider), ("fault", fault));

    public void Alarm(string kind, params (string Name, string Value)[] facts)
    {
        alarms.Enqueue(kind);
        texts.Enqueue($"{kind} {string.Join(' ', facts)}");
    }

    public void AlarmOf(CallerPartition peer, string kind, params (string Name, string Value)[] facts)
    {
        strangers.Enqueue(kind);
        Alarm(kind, facts);
    }
}
