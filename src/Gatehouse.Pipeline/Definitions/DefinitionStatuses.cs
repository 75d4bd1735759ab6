using System.Collections.Concurrent;
using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The visibility of servers' definitions (TP-02): the definition policies of one snapshot, and their verdicts, each kept with the list that it is
/// about. A message keeps the snapshot that it began with, and so the lock (design rule 7). Safe for concurrent use.
/// </summary>
/// <param name="judges">The policies, in the order of precedence of their reasons.</param>
public sealed class DefinitionStatuses(IReadOnlyList<IDefinitionPolicy> judges)
{
    // Instructions, capabilities and server information, by content. A server that sends different ones each time cannot exceed this.
    private const int MostSingle = 1000;

    private readonly ConcurrentDictionary<(string Server, DefinitionKind Kind, string Digest, CallerPartition? Caller), EvaluatedDefinition> single =
        new();
    private readonly ConcurrentDictionary<(string Server, DefinitionKind Kind, CallerPartition? Caller), Latest> latest = new();

    /// <summary>No policies: every definition is visible that does not change within a session.</summary>
    public static DefinitionStatuses None => new([]);

    /// <summary>The definition policies.</summary>
    public IReadOnlyList<IDefinitionPolicy> Judges => judges;

    /// <summary>The definitions that callers were shown, kept over snapshots.</summary>
    public IAdvertisedDefinitionStore Memory { get; init; } = SessionDefinitions.Instance;

    /// <summary>The lock in force, even if another policy replaces it among the policies; null for none.</summary>
    public LockPolicy? Lock { get; init; }

    /// <summary>Returns the verdicts of the policies on a list; the same object for the same list until one of the verdicts expires.</summary>
    public EvaluatedList Judge(ServerSettings server, ServerList list, in DefinitionObservation sight)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(list);
        var before = sight.Caller is { } caller ? list.MemoFor(caller) : list.Memo;
        if (before is Judgement kept && ReferenceEquals(kept.By, this) && (kept.List.Until == DateTimeOffset.MaxValue || sight.At < kept.List.Until))
            return kept.List;
        var judged = JudgeAll(server, list, sight);
        list.Keep(sight.Caller, new Judgement(this, judged)); // of two concurrent results either is correct, since they are equal
        return judged;
    }

    /// <summary>Returns the verdicts of the policies on instructions, capabilities or server information.</summary>
    public EvaluatedDefinition Judge(ServerSettings server, ServerDefinition definition, in DefinitionObservation sight)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(definition);
        // Results of the modern era may contain the same information each time: the same bytes need no digest.
        var now = sight.At;
        var place = (server.Name, definition.Kind, sight.Caller);
        if (latest.TryGetValue(place, out var last) && now < last.Judged.Until && last.Json.Span.SequenceEqual(definition.Json.Span))
            return last.Judged;
        if (!ReadableTexts.CanList(definition)) return NotListable(definition);
        var judged = JudgeDigest(server, definition, sight);
        if (latest.Count >= MostSingle) latest.Clear();
        latest[place] = new Latest(definition.Json.ToArray(), judged);
        return judged;
    }

    /// <summary>Reports to the policies that a server does not have a definition of a kind that it can have only one of.</summary>
    public void NoteAbsent(ServerSettings server, DefinitionKind kind, in DefinitionObservation sight)
    {
        ArgumentNullException.ThrowIfNull(server);
        foreach (var judge in judges) judge.Observe(server, kind, [], sight);
    }

    private EvaluatedDefinition JudgeDigest(ServerSettings server, ServerDefinition definition, in DefinitionObservation sight)
    {
        var digest = DefinitionDigest.Of(definition);
        var key = (server.Name, definition.Kind, digest, sight.Caller);
        if (single.TryGetValue(key, out var known) && sight.At < known.Until) return known;
        foreach (var judge in judges) judge.Observe(server, definition.Kind, [definition], sight);
        if (single.Count >= MostSingle) single.Clear();
        return single[key] = Ask(new DefinitionEvaluationRequest(server, definition, digest, sight.At) { Caller = sight.Caller });
    }

    private EvaluatedList JudgeAll(ServerSettings server, ServerList list, in DefinitionObservation sight)
    {
        var kind = ListKinds.Definition(list.Kind);
        var definitions = list.Entries.Select(entry => new ServerDefinition(kind, entry.Name, entry.Json, new ByteRange(0, entry.Json.Length)))
            .ToList();
        var listable = definitions.Select(ReadableTexts.CanList).ToList();
        List<ServerDefinition> all = [.. definitions.Where((_, at) => listable[at])];
        foreach (var judge in judges) judge.Observe(server, kind, all, sight);
        var judged = new Dictionary<string, EvaluatedDefinition>(definitions.Count, StringComparer.Ordinal);
        for (var at = 0; at < definitions.Count; at++)
        {
            judged[definitions[at].Name] = listable[at]
                ? Ask(new DefinitionEvaluationRequest(server, definitions[at], DefinitionDigest.Of(definitions[at]), sight.At)
                { IsRepeated = list.Entries[at].IsRepeated, Caller = sight.Caller })
                : NotListable(definitions[at]);
        }

        return new EvaluatedList(judged);
    }

    private EvaluatedDefinition Ask(in DefinitionEvaluationRequest question)
    {
        var verdicts = new DefinitionVerdict[judges.Count];
        for (var at = 0; at < verdicts.Length; at++) verdicts[at] = judges[at].Judge(question);
        return new EvaluatedDefinition(question.Definition.Kind, question.Definition.Name, question.Digest, verdicts);
    }

    private sealed record Latest(ReadOnlyMemory<byte> Json, EvaluatedDefinition Judged);

    /// <summary>
    /// A list's verdicts, with the policies that gave them. It is kept only with the list, so that a session's state does not keep an old lock alive.
    /// </summary>
    private sealed record Judgement(DefinitionStatuses By, EvaluatedList List);

    // A definition that cannot be listed cannot be digested or inspected within bounds, so no policy can judge it.
    private static EvaluatedDefinition NotListable(ServerDefinition definition) =>
        new(definition.Kind, definition.Name, "", [DefinitionVerdict.Withhold(WithheldReasons.NotListable)]);
}
